// Made by fixtures/reference/countries/make-names.js (ICU 78.2); change that, not this.

/**
 * Countries and territories of ISO 3166-1, and Kosovo (XK): the code of two letters, then the code of three, the names in
 * English, French, German, Spanish and Italian (Unicode CLDR) and other names in use, folded: small letters, no accents, no
 * space or mark.
 */
export const countryNames = `
AD: and andorra andorre
AE: are unitedarabemirates emiratsarabesunis vereinigtearabischeemirate emiratosarabesunidos emiratiarabiuniti uae eau
AF: afg afghanistan afganistan
AG: atg antiguabarbuda antiguaandbarbuda antiguaetbarbuda antiguaundbarbuda antiguaybarbuda antiguaebarbuda
AI: aia anguilla anguila
AL: alb albania albanie albanien
AM: arm armenia armenie armenien
AO: ago angola
AQ: ata antarctica antarctique antarktis antartida antartide
AR: arg argentina argentine argentinien
AS: asm americansamoa samoaamericaines amerikanischsamoa samoaamericana samoaamericane
AT: aut austria autriche osterreich
AU: aus australia australie australien
AW: abw aruba
AX: ala alandislands ilesaland alandinseln islasaland isolealand
AZ: aze azerbaijan azerbaidjan aserbaidschan azerbaiyan azerbaigian
BA: bih bosniaherzegovina bosniaandherzegovina bosnieherzegovine bosnienundherzegowina bosniayherzegovina bosniaederzegovina
BB: brb barbados barbade
BD: bgd bangladesh bangladesch banglades
BE: bel belgium belgique belgien belgica belgio belgie royaumedebelgique
BF: bfa burkinafaso
BG: bgr bulgaria bulgarie bulgarien
BH: bhr bahrain bahrein barein
BI: bdi burundi
BJ: ben benin
BL: blm stbarthelemy saintbarthelemy sanbartolome
BM: bmu bermuda bermudes bermudas
BN: brn brunei bruneidarussalam
BO: bol bolivia bolivie bolivien
BQ: bes caribbeannetherlands paysbascaribeens karibischeniederlande caribeneerlandes caraibiolandesi
BR: bra brazil bresil brasilien brasil brasile
BS: bhs bahamas
BT: btn bhutan bhoutan butan
BV: bvt bouvetisland ilebouvet bouvetinsel islabouvet isolabouvet
BW: bwa botswana botsuana
BY: blr belarus bielorussie bielorrusia bielorussia
BZ: blz belize belice
CA: can canada kanada
CC: cck cocoskeelingislands ilescocos kokosinseln islascocos isolecocoskeeling isolecocos
CD: cod congokinshasa kongokinshasa republicademocraticadelcongo republiquedemocratiqueducongo rdc drc
CF: caf centralafricanrepublic republiquecentrafricaine zentralafrikanischerepublik republicacentroafricana repubblicacentrafricana
CG: cog congobrazzaville kongobrazzaville congo republiqueducongo
CH: che switzerland suisse schweiz suiza svizzera confederationsuisse svizra swiss
CI: civ cotedivoire costadavorio ivorycoast elfenbeinkuste
CK: cok cookislands ilescook cookinseln islascook isolecook
CL: chl chile chili cile
CM: cmr cameroon cameroun kamerun camerun
CN: chn china chine cina republiquepopulairedechine peoplesrepublicofchina prc
CO: col colombia colombie kolumbien
CR: cri costarica
CU: cub cuba kuba
CV: cpv capeverde capvert caboverde capoverde
CW: cuw curacao curazao
CX: cxr christmasisland ilechristmas weihnachtsinsel isladenavidad isolachristmas
CY: cyp cyprus chypre zypern chipre cipro
CZ: cze czechia tchequie tschechien chequia cechia czechrepublic republiquetcheque tschechischerepublik republicacheca repubblicaceca cesko
DE: deu germany allemagne deutschland alemania germania rfa allemagnefederale bundesrepublikdeutschland federalrepublicofgermany
DJ: dji djibouti dschibuti yibuti gibuti
DK: dnk denmark danemark dinamarca danimarca danmark
DM: dma dominica dominique
DO: dom dominicanrepublic republiquedominicaine dominikanischerepublik republicadominicana repubblicadominicana
DZ: dza algeria algerie algerien argelia
EC: ecu ecuador equateur
EE: est estonia estonie estland eesti
EG: egy egypt egypte agypten egipto egitto
EH: esh westernsahara saharaoccidental westsahara saharaoccidentale
ER: eri eritrea erythree
ES: esp spain espagne spanien espana spagna royaumedespagne
ET: eth ethiopia ethiopie athiopien etiopia
FI: fin finland finlande finnland finlandia suomi
FJ: fji fiji fidji fidschi fiyi figi
FK: flk falklandislands ilesmalouines falklandinseln islasmalvinas isolefalkland
FM: fsm micronesia micronesie mikronesien
FO: fro faroeislands ilesferoe faroer islasferoe isolefaeroer
FR: fra france frankreich francia metropole francemetropolitaine republiquefrancaise
GA: gab gabon gabun
GB: gbr unitedkingdom royaumeuni vereinigteskonigreich reinounido regnounito uk greatbritain grandebretagne angleterre england scotland ecosse wales paysdegalles northernireland irlandedunord grossbritannien granbretana granbretagna unitedkingdomofgreatbritainandnorthernireland
GD: grd grenada grenade granada
GE: geo georgia georgie georgien
GF: guf frenchguiana guyanefrancaise franzosischguayana guayanafrancesa guyanafrancese guyane
GG: ggy guernsey guernesey
GH: gha ghana
GI: gib gibraltar gibilterra
GL: grl greenland groenland gronland groenlandia
GM: gmb gambia gambie
GN: gin guinea guinee
GP: glp guadeloupe guadalupe guadalupa
GQ: gnq equatorialguinea guineeequatoriale aquatorialguinea guineaecuatorial guineaequatoriale
GR: grc greece grece griechenland grecia el hellas ellada
GS: sgs southgeorgiasouthsandwichislands southgeorgiaandsouthsandwichislands georgiedusudetlesilessandwichdusud sudgeorgienunddiesudlichensandwichinseln islasgeorgiadelsurysandwichdelsur georgiadelsudesandwichaustrali
GT: gtm guatemala
GU: gum guam
GW: gnb guineabissau guineebissau guineabisau
GY: guy guyana
HK: hkg hongkongsarchina raschinoisedehongkong sonderverwaltungsregionhongkong raedehongkongchina raedehongkong rasdihongkong hongkong
HM: hmd heardmcdonaldislands heardandmcdonaldislands ilesheardetmacdonald heardundmcdonaldinseln islasheardymcdonald isoleheardemcdonald
HN: hnd honduras
HR: hrv croatia croatie kroatien croacia croazia hrvatska
HT: hti haiti
HU: hun hungary hongrie ungarn hungria ungheria magyarorszag
ID: idn indonesia indonesie indonesien
IE: irl ireland irlande irland irlanda eire republiquedirlande republicofireland
IL: isr israel israele
IM: imn isleofman iledeman islademan isoladiman
IN: ind india inde indien
IO: iot britishindianoceanterritory territoirebritanniquedeloceanindien britischesterritoriumimindischenozean territoriobritanicodeloceanoindico territoriobritannicodelloceanoindiano
IQ: irq iraq irak
IR: irn iran
IS: isl iceland islande island islandia islanda
IT: ita italy italie italien italia republiqueitalienne
JE: jey jersey
JM: jam jamaica jamaique jamaika giamaica
JO: jor jordan jordanie jordanien jordania giordania
JP: jpn japan japon giappone nippon
KE: ken kenya kenia
KG: kgz kyrgyzstan kirghizstan kirgisistan kirguistan kirghizistan
KH: khm cambodia cambodge kambodscha camboya cambogia
KI: kir kiribati
KM: com comoros comores komoren comoras comore
KN: kna stkittsnevis saintkittsnevis stkittsandnevis saintchristopheetnieves stkittsundnevis saintkittsundnevis sancristobalynieves saintkittsenevis
KP: prk northkorea coreedunord nordkorea coreadelnorte coreadelnord
KR: kor southkorea coreedusud sudkorea coreadelsur coreadelsud korea coree republicofkorea
KW: kwt kuwait koweit
KY: cym caymanislands ilescaimans kaimaninseln islascaiman isolecayman
KZ: kaz kazakhstan kasachstan kazajistan kazakistan
LA: lao laos
LB: lbn lebanon liban libanon libano
LC: lca stlucia saintlucia saintelucie santalucia
LI: lie liechtenstein
LK: lka srilanka
LR: lbr liberia
LS: lso lesotho lesoto
LT: ltu lithuania lituanie litauen lituania lietuva
LU: lux luxembourg luxemburg luxemburgo lussemburgo letzebuerg grandduchedeluxembourg
LV: lva latvia lettonie lettland letonia lettonia latvija
LY: lby libya libye libyen libia
MA: mar morocco maroc marokko marruecos marocco
MC: mco monaco
MD: mda moldova moldavie republikmoldau moldavia
ME: mne montenegro
MF: maf stmartin saintmartin sanmartin
MG: mdg madagascar madagaskar
MH: mhl marshallislands ilesmarshall marshallinseln islasmarshall isolemarshall
MK: mkd northmacedonia macedoinedunord nordmazedonien macedoniadelnorte macedoniadelnord macedonia macedoine fyrom
ML: mli mali
MM: mmr myanmarburma myanmar myanmarbirmanie myanmarbirmania burma birmanie
MN: mng mongolia mongolie mongolei
MO: mac macaosarchina raschinoisedemacao sonderverwaltungsregionmacau raedemacaochina raedemacao rasdimacao macau macao
MP: mnp northernmarianaislands ilesmariannesdunord nordlichemarianen islasmarianasdelnorte isolemariannesettentrionali
MQ: mtq martinique martinica
MR: mrt mauritania mauritanie mauretanien
MS: msr montserrat
MT: mlt malta malte
MU: mus mauritius maurice mauricio
MV: mdv maldives malediven maldivas maldive
MW: mwi malawi malaui
MX: mex mexico mexique mexiko messico
MY: mys malaysia malaisie malasia
MZ: moz mozambique mosambik mozambico
NA: nam namibia namibie
NC: ncl newcaledonia nouvellecaledonie neukaledonien nuevacaledonia nuovacaledonia
NE: ner niger
NF: nfk norfolkisland ilenorfolk norfolkinsel islanorfolk isolanorfolk
NG: nga nigeria
NI: nic nicaragua
NL: nld netherlands paysbas niederlande paisesbajos paesibassi nederland holland hollande holanda olanda thenetherlands
NO: nor norway norvege norwegen noruega norvegia norge
NP: npl nepal
NR: nru nauru
NU: niu niue
NZ: nzl newzealand nouvellezelande neuseeland nuevazelanda nuovazelanda
OM: omn oman
PA: pan panama
PE: per peru perou
PF: pyf frenchpolynesia polynesiefrancaise franzosischpolynesien polinesiafrancesa polinesiafrancese
PG: png papuanewguinea papouasienouvelleguinee papuaneuguinea papuanuevaguinea papuanuovaguinea
PH: phl philippines philippinen filipinas filippine
PK: pak pakistan
PL: pol poland pologne polen polonia polska
PM: spm stpierremiquelon saintpierremiquelon stpierreandmiquelon saintpierreetmiquelon stpierreundmiquelon saintpierreundmiquelon sanpedroymiquelon saintpierreemiquelon
PN: pcn pitcairnislands ilespitcairn pitcairninseln islaspitcairn isolepitcairn
PR: pri puertorico portorico
PS: pse palestinianterritories territoirespalestiniens palastinensischeautonomiegebiete territoriospalestinos territoripalestinesi palestine
PT: prt portugal portogallo
PW: plw palau palaos
PY: pry paraguay
QA: qat qatar katar catar
RE: reu reunion lareunion riunione iledelareunion
RO: rou romania roumanie rumanien rumania
RS: srb serbia serbie serbien
RU: rus russia russie russland rusia russianfederation federationderussie rossiya
RW: rwa rwanda ruanda
SA: sau saudiarabia arabiesaoudite saudiarabien arabiasaudi arabiasaudita
SB: slb solomonislands ilessalomon salomonen islassalomon isolesalomone
SC: syc seychelles seychellen
SD: sdn sudan soudan
SE: swe sweden suede schweden suecia svezia sverige
SG: sgp singapore singapour singapur
SH: shn sthelena sainthelena saintehelene santaelena santelena
SI: svn slovenia slovenie slowenien eslovenia slovenija
SJ: sjm svalbardjanmayen svalbardandjanmayen svalbardetjanmayen spitzbergenundjanmayen svalbardyjanmayen svalbardejanmayen
SK: svk slovakia slovaquie slowakei eslovaquia slovacchia republiqueslovaque slovakrepublic slovensko
SL: sle sierraleone sierraleona
SM: smr sanmarino saintmarin
SN: sen senegal
SO: som somalia somalie
SR: sur suriname surinam
SS: ssd southsudan soudandusud sudsudan sudandelsur
ST: stp saotomeprincipe saotomeandprincipe saotomeetprincipe saotomeundprincipe santotomeyprincipe saotomeeprincipe
SV: slv elsalvador salvador
SX: sxm sintmaarten saintmartinpartieneerlandaise
SY: syr syria syrie syrien siria
SZ: swz eswatini esuatini swaziland
TC: tca turkscaicosislands turksandcaicosislands ilesturquesetcaiques turksundcaicosinseln islasturcasycaicos isoleturksecaicos
TD: tcd chad tchad tschad ciad
TF: atf frenchsouthernterritories terresaustralesfrancaises franzosischesudundantarktisgebiete territoriosaustralesfranceses terreaustralifrancesi
TG: tgo togo
TH: tha thailand thailande tailandia thailandia
TJ: tjk tajikistan tadjikistan tadschikistan tayikistan tagikistan
TK: tkl tokelau
TL: tls timorleste timororiental timorest
TM: tkm turkmenistan
TN: tun tunisia tunisie tunesien tunez
TO: ton tonga
TR: tur turkiye turquie turkei turquia turchia turkey
TT: tto trinidadtobago trinidadandtobago triniteettobago trinidadundtobago trinidadytobago trinidadetobago
TV: tuv tuvalu
TW: twn taiwan formosa
TZ: tza tanzania tanzanie tansania
UA: ukr ukraine ucrania ucraina
UG: uga uganda ouganda
UM: umi usoutlyingislands ilesmineureseloigneesdesetatsunis amerikanischeuberseeinseln islasmenoresalejadasdeeeuu isoleminoriesternedeglistatiuniti
US: usa unitedstates etatsunis vereinigtestaaten estadosunidos statiuniti unitedstatesofamerica etatsunisdamerique eua eeuu
UY: ury uruguay
UZ: uzb uzbekistan ouzbekistan usbekistan
VA: vat vaticancity etatdelaciteduvatican vatikanstadt ciudaddelvaticano cittadelvaticano vatican holysee saintsiege
VC: vct stvincentgrenadines saintvincentgrenadines stvincentandgrenadines saintvincentetlesgrenadines stvincentunddiegrenadinen saintvincentunddiegrenadinen sanvicenteylasgranadinas saintvincentegrenadine
VE: ven venezuela
VG: vgb britishvirginislands ilesviergesbritanniques britischejungferninseln islasvirgenesbritanicas isoleverginibritanniche
VI: vir usvirginislands ilesviergesdesetatsunis amerikanischejungferninseln islasvirgenesdeeeuu isoleverginiamericane
VN: vnm vietnam
VU: vut vanuatu
WF: wlf wallisfutuna wallisandfutuna wallisetfutuna wallisundfutuna wallisyfutuna wallisefutuna
WS: wsm samoa
XK: xkx kosovo
YE: yem yemen jemen
YT: myt mayotte
ZA: zaf southafrica afriquedusud sudafrika sudafrica
ZM: zmb zambia zambie sambia
ZW: zwe zimbabwe simbabwe zimbabue
`;
