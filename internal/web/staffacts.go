package web

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// staffActs are the acts that have a page of their own.
var staffActs = []staffAct{
	{
		path: "modtag", name: flexjob.ReceiveName, title: "Modtag sagen", button: "Modtag sagen", done: "modtaget",
		lead: "En anden kommune har sendt sagen videre til jer. Når du modtager den, får parterne at vide, hvornår de kan forvente svar.",
		do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.Receive(ctx, a.who, a.id, a.revision)
		},
	}, {
		path: "bekraeft-identitet", name: flexjob.ConfirmIdentityName, title: "Bekræft, hvem der har underskrevet", button: "Bekræft identiteten", done: "bekraeftet",
		lead: "Blad 1 er underskrevet med et link, så vi ved ikke med sikkerhed, hvem der gjorde det. Det skal bekræftes, før blad 2 kan udstedes.",
		ask:  askIdentity, do: plainly(flexjob.ConfirmIdentity{}),
	}, {
		path: "bekraeft-bevilling", name: flexjob.ConfirmGrantName, title: "Bekræft bevillingen", button: "Bekræft bevillingen", done: "bevilling",
		lead: "Slå op i jeres fagsystem, at den ansatte har en bevilling til fleksjob, som gælder nu. Den skal være bekræftet, før blad 2 kan udstedes. Er der ingen bevilling, så afslut sagen uden vurdering.",
		ask:  askGrant, do: plainly(flexjob.ConfirmGrant{}),
	}, {
		path: "tildel", name: flexjob.AssignName, title: "Vælg sagsbehandler", button: "Gem sagsbehandler", done: "tildelt",
		lead: "Sagsbehandleren står på listen over sager og på sagens side.",
		ask:  askAssignee, do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.Assign(ctx, a.who, a.id, a.revision, a.typed.Get("staff"))
		},
	}, {
		path: "send-tilbage", name: flexjob.ReturnName, title: "Send blad 1 tilbage til rettelse", button: "Send tilbage", done: "tilbage", grave: true,
		lead: "Blad 1 bliver åbnet for begge parter, og den ansatte skal underskrive igen, når det er rettet. Svarene om samtykke står ved magt. En kladde til blad 2 bliver gemt, til sagen er tilbage.",
		ask:  asksReason("Hvad skal rettes?", "Både den ansatte og virksomheden kan læse det. Skriv, hvad der mangler eller er uklart. Skriv ikke om sygdom."),
		do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.Do(ctx, a.who, a.id, a.revision, flexjob.ReturnBlad1{Reason: a.reason})
		},
	}, {
		path: "udskyd", name: flexjob.DelayName, title: "Giv en ny dato for svaret", button: "Giv besked om den nye dato", done: "udskudt",
		lead: "Når svaret trækker ud, skal parterne have skriftlig besked om hvorfor, og hvornår de så kan forvente svar.",
		ask:  askDelay, do: func(ctx context.Context, s *Server, a doing) error {
			until, err := dated("until", a.typed)
			if err != nil {
				return err
			}
			return s.options.Cases.Do(ctx, a.who, a.id, a.revision, flexjob.PostponeAnswer{Until: until, Reason: a.reason})
		},
	}, {
		path: "videresend", name: flexjob.ForwardName, title: "Send sagen til en anden kommune", button: "Send sagen videre", done: "videresendt", grave: true,
		lead: "Det er den kommune, hvor den ansatte bor, der vurderer arbejdsevnen. Parterne får besked om, at sagen er sendt videre.",
		ask:  askForward, do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.Forward(ctx, a.who, a.id, a.revision, a.typed.Get("to"), a.reason)
		},
	}, {
		path: "henlaeg", name: flexjob.DismissName, title: "Afslut sagen uden vurdering", button: "Træf afgørelsen", done: "henlagt", grave: true,
		lead: "Det gør du, når den ansatte ikke har en bevilling til fleksjob, eller når jobbet ikke bliver til noget. Det er en afgørelse: den ansatte kan læse begrundelsen og klage. Virksomheden ser kun, at sagen er afsluttet.",
		ask:  askDismissal, do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.Dismiss(ctx, a.who, a.id, a.revision, a.reason)
		},
	}, {
		path: "ny-vurdering", name: flexjob.AssessName, title: "Begynd en ny vurdering", button: "Begynd ny vurdering", to: "/blad2",
		lead: "Et udstedt blad 2 bliver aldrig ændret. Du laver et nyt, der erstatter det. Det begynder med alt det, der står i det nuværende, og giver en ny klagefrist, når det bliver udstedt. Indtil da gælder det nuværende.",
		ask:  askReplacement, do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.StartBlad2(ctx, a.who, a.id, a.revision, a.reason)
		},
	}, {
		path: "opgiv-blad2", name: flexjob.DropName, title: "Opgiv kladden til blad 2", button: "Opgiv kladden", done: "opgivet", grave: true,
		lead: "Kladden bliver gemt i sagen, men den kan ikke længere udfyldes eller udstedes. Du kan begynde på et nyt blad 2 bagefter.",
		do:   plainly(flexjob.Drop{}),
	}, {
		path: "aftale", name: flexjob.RecordAgreementName, title: "Notér ansættelsesaftalens dato", button: "Gem datoen", done: "aftale",
		lead: "Vurderingen skal danne grundlag for den ansættelsesaftale, som efterfølgende indgås. En aftale fra før vurderingen bliver markeret i sagen.",
		ask:  askAgreement, do: func(ctx context.Context, s *Server, a doing) error {
			day, err := dated("dated", a.typed)
			if err != nil {
				return err
			}
			return s.options.Cases.Do(ctx, a.who, a.id, a.revision, flexjob.RecordAgreement{Dated: day})
		},
	}, {
		path: "afslut", name: flexjob.CloseName, title: "Afslut sagen", button: "Afslut sagen", done: "afsluttet", grave: true,
		lead: "Det gør du, når der ikke er mere at gøre: parterne har fået vurderingen, og der er ikke noget åbent spørgsmål. De samtykker, der stadig gælder, bortfalder, og begge parter får besked.",
		ask:  asksReason("Hvorfor afsluttes sagen?", "For eksempel at ansættelsesaftalen er indgået. Begge parter kan læse det."),
		do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.Do(ctx, a.who, a.id, a.revision, flexjob.CloseCase{Reason: a.reason})
		},
	}, {
		path: "inhabil", name: flexjob.DisqualifyName, title: "Jeg er inhabil", button: "Jeg er inhabil i denne sag", done: "inhabil", grave: true, away: true,
		lead: "Er du for eksempel i familie med en af parterne, eller har du selv noget i klemme i sagen, må du ikke behandle den. Du kan ikke åbne sagen bagefter. Kun en teamleder kan ophæve det.",
		ask:  asksReason("Hvorfor? (frivilligt)", "Kun teamledere og sagsbehandlere i sagen kan læse det."),
		do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.Do(ctx, a.who, a.id, a.revision, flexjob.Disqualify{Staff: a.who.Subject, Reason: a.reason})
		},
	}, {
		path: "spaer", name: flexjob.DisqualifyName, roles: leaderRole, title: "Spær en medarbejder for sagen", button: "Spær medarbejderen", done: "spaerret", grave: true,
		lead: "Medarbejderen kan ikke åbne eller finde sagen, før spærringen bliver ophævet.",
		ask:  askBlocked, do: func(ctx context.Context, s *Server, a doing) error {
			return s.options.Cases.Block(ctx, a.who, a.id, a.revision, a.typed.Get("staff"), a.reason)
		},
	}, {
		path: "ophaev", name: flexjob.QualifyName, roles: leaderRole, title: "Ophæv en spærring", button: "Ophæv spærringen", done: "ophaevet",
		lead: "Medarbejderen kan igen åbne og behandle sagen.",
		ask:  askQualified, do: func(ctx context.Context, s *Server, a doing) error {
			if a.typed.Get("staff") == "" {
				return &problem.Error{Kind: problem.Invalid, Fields: []problem.Field{{ID: "staff", Text: "Vælg en medarbejder"}}}
			}
			return s.options.Cases.Do(ctx, a.who, a.id, a.revision, flexjob.Qualify{Staff: a.typed.Get("staff")})
		},
	},
}

// plainly returns a do that carries out an act that asks for nothing.
func plainly(act flexjob.Act) func(context.Context, *Server, doing) error {
	return func(ctx context.Context, s *Server, a doing) error {
		return s.options.Cases.Do(ctx, a.who, a.id, a.revision, act)
	}
}

// dated parses a date that was typed.
func dated(id string, typed url.Values) (ident.Date, error) {
	day, err := ident.ParseDate(typed.Get(id))
	if err == nil {
		return day, nil
	}
	text := "Skriv en dato"
	if e, ok := errors.AsType[*ident.Error](err); ok {
		text = e.Text
	}
	return ident.Date{}, &problem.Error{Kind: problem.Invalid, Fields: []problem.Field{{ID: id, Text: text}}}
}

// asksReason returns an ask for a reason alone.
func asksReason(label, hint string) func(*Server, *gin.Context, *casework.View, *actPage, url.Values) error {
	return func(_ *Server, _ *gin.Context, _ *casework.View, p *actPage, typed url.Values) error {
		p.askReason(label, hint, typed)
		return nil
	}
}

func (p *actPage) askReason(label, hint string, typed url.Values) {
	p.Area = &Textarea{Control: Control{ID: "reason", Label: label, Hint: hint}, Value: newlines(typed.Get("reason")), Rows: 6, Limit: casework.MaxReason}
}

// inDanishOrder sorts choices by label.
func inDanishOrder(choices []Choice) {
	alphabet := collate.New(language.Danish)
	slices.SortStableFunc(choices, func(a, b Choice) int { return alphabet.CompareString(a.Label, b.Label) })
}
