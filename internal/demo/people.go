package demo

// A person is an invented employee with an invented job. CPR numbers have
// day + 60 and CVR numbers are of the 9999 series: neither is in a register.
type person struct {
	name, cpr, address      string
	title, description      string
	company, cvr, contact   string
	phone, companyAddress   string
	hours, percent          string
	needs, reasons          string
	visitationHours, reason string // where the visitation said otherwise
}

var people = []person{
	{
		"Åse Bjørnsdóttir Kjærgård", "610170-0559", "Østergade 7, 2. th.\n5970 Ærøskøbing",
		"Køkken- og rengøringsmedhjælper",
		"Åse forbereder grøntsager, anretter kolde retter, vasker op og gør rent i køkkenet tre formiddage om ugen. Hun arbejder sammen med en fast kollega, der også står for oplæringen.\n\nTunge løft og varemodtagelse indgår ikke. Der er plads til pauser efter behov.",
		"Bølgemarken Øko-Gård ApS", "99990007", "Søren Ørsted Ågård", "12345678", "Strandvej 12\n5970 Ærøskøbing",
		"12", "60", "Ingen løft over 5 kg, faste rutiner, hæve-sænkebord og mulighed for pauser efter behov. Mødetid tidligst kl. 9.",
		"Vurderingen bygger på praktikforløbet i foråret og på samtalen med begge parter. Intensiteten er et gennemsnit over en længere periode, fordi behovet for pauser svinger. Vi forventer, at timetallet kan øges i løbet af det første år.",
		"15", "Opgaverne i køkkenet er mere krævende end dem, visitationen byggede på.",
	},
	{
		"Jens Peter Holmgaard", "750655-1507", "Møllevej 3\n5985 Søby Ærø",
		"Pedelmedhjælper", "Jens passer grønne områder, tømmer affald og skifter pærer og filtre. Opgaverne aftales fra dag til dag med pedellen.",
		"Vester Skole", "99990015", "Karin Dalgaard", "87654321", "Skolevej 1\n5985 Søby Ærø",
		"20", "50", "Skiftende arbejdsstillinger og ingen opgaver på stige.", "Vurderingen bygger på de seneste to års erfaringer fra samme arbejdsplads.", "", "",
	},
	{
		"Fatima Yıldız Sørensen", "821190-4503", "Havnegade 18\n5970 Ærøskøbing",
		"Kontorassistent", "Fatima scanner post, opdaterer adresselister og besvarer enkle henvendelser på mail. Hun har eget kontor uden gennemgang.",
		"Øhavets Regnskab ApS", "99990023", "Lone Bækgaard", "22334455", "Torvet 4\n5970 Ærøskøbing",
		"7:30", "80", "Rolige omgivelser, ingen telefon, højst tre timer ad gangen.", "Vurderingen bygger på arbejdsprøvningen og lægens skriftlige oplysninger om, hvad der virker.", "", "",
	},
	{
		"Niels-Erik Præstø", "651168-1509", "Kirkevej 22\n5960 Marstal",
		"Lagermedarbejder", "Niels-Erik pakker ordrer op til 10 kg, tæller varer og holder orden på hylderne.",
		"Marstal Skibsudstyr A/S", "99990031", "Bo Skibsted", "33445566", "Havnepladsen 2\n5960 Marstal",
		"15", "75", "Ingen løft over 10 kg og mulighed for at sidde ned.", "Vurderingen bygger på et praktikforløb på 13 uger i virksomheden.", "", "",
	},
	{
		"Gro Wilhelmsen Lund", "701288-3502", "Solsikkevej 9\n5970 Ærøskøbing",
		"Butiksmedarbejder", "Gro fylder varer på, betjener kassen i de stille timer og gør klar til lukning.",
		"Købmand Torp", "99990058", "Inger Torp", "44556677", "Vestergade 30\n5970 Ærøskøbing",
		"8", "100", "Ingen aftenvagter.", "Vurderingen bygger på visitationen og på samtalen om jobbet.", "", "",
	},
	{
		"Tobias Æbelø", "630495-0502", "Nørremarken 14\n5960 Marstal",
		"Gartnermedhjælper", "Tobias luger, vander og potter om i væksthuset. Han arbejder efter en skriftlig plan for dagen.",
		"Planteriget I/S", "99990066", "Maria Vestergaard", "55667788", "Landevejen 101\n5960 Marstal",
		"18", "33", "Skriftlige instruktioner, én opgave ad gangen og en fast kontaktperson.", "Vurderingen bygger på erfaringerne fra to praktikker.", "", "",
	},
	{
		"Ruth Aagaard Mikkelsen", "640372-2504", "Gammelgade 5\n5985 Søby Ærø",
		"Bibliotekshjælper", "Ruth sætter bøger på plads, klargør nye bøger og hjælper ved arrangementer om formiddagen.",
		"Søby Bibliotek", "99990074", "Peter Frost", "66778899", "Biblioteksgade 1\n5985 Søby Ærø",
		"10", "50", "Kan ikke arbejde over skulderhøjde.", "Vurderingen bygger på de lægelige oplysninger i sagen og på besøget på arbejdspladsen.", "", "",
	},
	{
		"Oluf Ingemann Strand", "680861-1502", "Bakkevej 40\n5970 Ærøskøbing",
		"Chauffør", "Oluf kører varer ud på to faste ruter med korte stop. En kollega læsser og losser.",
		"Strand & Søn Fragt", "99990082", "Else Strand", "77889900", "Industrivej 6\n5970 Ærøskøbing",
		"25", "60", "Højst to timers kørsel ad gangen.", "Vurderingen bygger på samtalen med parterne og på visitationen.", "", "",
	},
}
