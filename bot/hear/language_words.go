package hear

// darija is the place of Arabic in Latin letters among the languages below.
const darija = 4

// latin are the languages written in Latin letters, by their frequent words.
// Every list begins and ends with a space.
var latin = [...]tongueCues{
	{code: "fr",
		common:  " je j tu il elle on nous vous ils le la les un une des du de d et est en à a au aux pour que qui dans sur avec pas ne ce cette mon ma mes son sa ses si ou où mais quoi c l n s y ai suis sont peut plus par comment bonjour merci se me te lui leur quel quelle bac ans ",
		own:     " jai jsuis chui cest jfais jveux bonjour bonsoir salut svp stp merci voudrais souhaite cherche besoin travail emploi métier metier lycée lycee collège formation apprentissage études orientation fille fils parcoursup cpf vae bts rdv conseiller conseillère diplôme chômage rue quoi koi avec pour depuis après être etre avoir faire fait puis aussi très votre vos notre aide numéro numero bilan compétences stage alternance peux veux veut dois sais quelqu aujourd cv gratuit combien moi toi ",
		letters: "œ"},
	{code: "en",
		common: " i the a to and of in is it my you for am im on at me do can with have be are that this what how not was he she they we or if from your but an so as by no please hi hello thanks after job work school help ",
		own:    " the i'm im want need would could should looking hello please thanks thank you don doesn can't what how where who why my year years old school job jobs training study studies degree english speak someone human with from help get know been have just moved live going find about there which dropped out become year not is on are pls his her they any more feel nothing "},
	{code: "es",
		common:  " yo el la los las un una de del que y en a con por para no es me mi mis se su lo le al como si tengo estoy soy o más pero hola gracias donde aquí años quiero ",
		own:     " gratis este servicio cuánto quién quisiera pienso gana nosotros nuestra nuestro dejó quiero busco necesito buenos buenas días hola gracias trabajo estoy tengo soy mi hija hijo años dónde donde cómo puedo hablar español usted ustedes también ayuda curso estudiar estudios vivo muy pero hacer ser ganas el los las hoy también colegio persona alguien título francés trabajar favor vivir mas qué cuál llega niña nada sin ",
		letters: "ñ¿¡"},
	{code: "pt",
		common:  " eu o a os as um uma de do da dos das que e em no na com por para não nao me meu minha se sou estou tenho quero como mas bom boa olá anos ao à foi há ",
		own:     " quanto ganha grátis gostava fiquei pela numa quero procuro preciso bom boa dia tarde olá obrigado obrigada trabalho estou tenho sou minha meu filha filho não nao onde posso falar português também ajuda curso estudar moro muito fazer escola pessoa alguém uma você gostaria validar experiência isso diploma trabalhar em ao eu pra hoje qual vou uma idade ",
		letters: "ãõ"},
	{code: "ar-latn",
		common: " ana f fi w wa ya la men dyal bach 3la hna had li ma chi ",
		own:    " salam slm salamo khouya khoya khti bghit brit nheb nhab n9ra nqra nekhdem nkhdem kifach kifash kif chno chnou ach wach wash fin fein win 3afak afak chokran choukran labas 3andi andi dyali diali dyal bach ndir nkhdam khdma khedma kayn kayna daba hadchi bezzaf bzaf walakin ghadi rani rah mabghitch machi inchallah inshallah hamdoulah sa7bi wlad weldi benti nta nti hna smiti nsa3dkom t3awnouni "},
	{code: "tr",
		common:  " ve bir bu için ben ne de da mi mı var yok çok nasıl ile o en iyi gün bana ama olarak nerede ",
		own:     " istiyoruz açmak kurmak yaşıyorum çalışıyorum kadar ben bir bu için istiyorum merhaba selam teşekkürler tesekkurler lütfen iş is arıyorum ariyorum nasıl nasil var yok çok cok eğitim okul kızım oğlum yaşında yaşındayım yasindayim nerede neden olmak meslek çalışmak calismak türkçe konuşmak yardım yardim değil gibi ama sonra kurs fransızca günaydın iyi günler beni bana benim olabilir miyim ne kadar ",
		letters: "ğışİ"},
	{code: "br",
		common:  " an ar al ur un ul e er el ha hag ez eo am emaon din gant evit war ket en em me ",
		own:     " c'hoant hoant emaon demat mat trugarez evit labour micher stummadur skol deskiñ brezhoneg kaozeal penaos pelec'h petra ober cheñch bugel merc'h mab gant ouzh ganin bremañ mar plij unan bennak klask ezhomm vloaz bloaz setu meur hag pe gwelout kavout ober ez eus ez am eus din zo fenoz warnon gwaz ",
		letters: "ñ"},
}
