package web

import "ab325/internal/flexjob"

// partyRoutes are the pages of the two parties of a case.
var partyRoutes = []route{
	{"POST", "/adgang", public, "", false, (*Server).enter},
	{"POST", "/adgang/nyt", public, "", false, (*Server).resend},
	{"POST", "/ansat/start", public, "", false, start(flexjob.Employee)},
	{"POST", "/virksomhed/start", public, "", false, start(flexjob.Company)},

	{"GET", "/:side/:id", party, "", false, (*Server).showPartyCase},
	{"GET", "/:side/:id/gem-link", party, "", false, (*Server).showWayBack},
	{"POST", "/:side/:id/nyt-link", party, "", false, (*Server).renewWayBack},
	{"POST", "/:side/:id/adresse", party, "", false, (*Server).registerAddress},
	{"POST", "/:side/:id/log-ud", party, "", false, (*Server).partySignOut},
	{"GET", "/:side/:id/inviter", party, "", false, (*Server).showInvite},
	{"POST", "/:side/:id/inviter", party, "", false, (*Server).invite},
	{"GET", "/:side/:id/invitation", party, "", false, (*Server).showInvitation},
	{"POST", "/:side/:id/samme-skaerm", party, "", false, (*Server).handOver},

	{"GET", "/:side/:id/den-ansatte", party, "", false, showStep("employee")},
	{"POST", "/:side/:id/den-ansatte", party, "", false, saveStep("employee")},
	{"GET", "/:side/:id/virksomheden", party, "", false, showStep("company")},
	{"POST", "/:side/:id/virksomheden", party, "", false, saveStep("company")},
	{"GET", "/:side/:id/jobindhold", party, "", false, showStep("job")},
	{"POST", "/:side/:id/jobindhold", party, "", true, saveStep("job")},
	{"GET", "/:side/:id/fra-fil", party, "", false, (*Server).showReadFile},
	{"POST", "/:side/:id/fra-fil", party, "", true, (*Server).readFile},
	{"POST", "/:side/:id/gem", party, "", false, (*Server).autosave},
	{"GET", "/:side/:id/samtykke", party, "", false, (*Server).showConsent},
	{"POST", "/ansat/:id/samtykke", employee, "", false, (*Server).answerConsent},
	{"POST", "/ansat/:id/samtykke/tilbage", employee, "", false, (*Server).withdrawConsent},
	{"GET", "/ansat/:id/samtykke/kvittering/:purpose", employee, "", false, (*Server).showConsentReceipt},
	{"GET", "/:side/:id/opsummering", party, "", false, (*Server).showSummary},
	{"GET", "/ansat/:id/underskrift", employee, "", false, (*Server).showSign},
	{"POST", "/ansat/:id/underskrift", employee, "", false, (*Server).sign},
	{"GET", "/ansat/:id/underskrift/:hash", employee, "", false, (*Server).showUnsigned},
	{"GET", "/ansat/:id/kvittering", employee, "", false, (*Server).showReceipt},

	{"GET", "/ansat/:id/indsigt", employee, "", false, (*Server).showExtract},
	{"GET", "/ansat/:id/indsigt/log.json", employee, "", false, (*Server).downloadExtract},

	{"GET", "/:side/:id/ret/:field", party, "", false, (*Server).showAskCorrection},
	{"POST", "/:side/:id/ret/:field", party, "", false, (*Server).askCorrection},
	{"POST", "/:side/:id/rettelse/:correction/luk", party, "", false, (*Server).closeCorrection},

	{"GET", "/:side/:id/udskrift", party, "", false, (*Server).printBlad1},
	{"GET", "/:side/:id/dokument/:document", party, "", false, (*Server).showDocument},
	{"POST", "/:side/:id/aftale", party, "", false, (*Server).recordAgreement},
	{"GET", "/:side/:id/traek-tilbage", party, "", false, (*Server).showWithdraw},
	{"POST", "/:side/:id/traek-tilbage", party, "", false, (*Server).withdraw},

	{"GET", "/demo/postkasse", demo, "", false, (*Server).showMailbox},
}
