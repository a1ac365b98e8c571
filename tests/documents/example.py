# ruff: noqa: E501  (sentences stay on one line: they are read, not coded)
"""A self-evaluation as Welzijn Rivierenland could have filled it in: functions and teams, never names of clients.

`full_report` is what a coordinator would be proud of, with a few points to improve; `empty_report` is the
first minute; `other_framework_report` has five norms in two rubrics of its own.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from documents.report_data import (
    Attachment,
    Contributor,
    ReportContribution,
    ReportNorm,
    ReportRubric,
    SelfEvaluationReport,
    Totals,
)
from domain.framework import Function, NormId, RubricId, VerdictWords, WhoCode
from domain.self_evaluation import ContributionKind, ImprovementAction, Purpose
from domain.verdicts import Verdict
from domain.weighing import Forecast
from tests.changing import replace

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MADE_AT = datetime(2026, 11, 21, 10, 12, tzinfo=AMSTERDAM)

VERDICT_WORDS = (
    VerdictWords(Verdict.MET, "+", "Voldoet", "Voldoet", "In de praktijk aangetoond, niet alleen op papier."),
    VerdictWords(Verdict.PARTIAL, "+/-", "Voldoet deels (verbeterpunt)", "Deels", "Een deel is zichtbaar."),
    VerdictWords(Verdict.NOT_MET, "-", "Voldoet niet", "Niet", "In de praktijk (nog) niet aangetoond."),
    VerdictWords(Verdict.NOT_APPLICABLE, "n.v.t.", "Niet van toepassing", "N.v.t.", "Past niet bij jullie werk."),
    VerdictWords(Verdict.NOT_ASSESSED, "", "Nog niet beoordeeld", "Open", "Hier is nog geen oordeel over."),
)

P = Function(WhoCode("P"), "Professional", "Sociaal werker; ook zzp'er, stagiaire of invalkracht")
MNG = Function(WhoCode("Mng"), "Leidinggevende", "Bestuurder, directeur, manager, teamcoach of coördinator")
PO = Function(WhoCode("P&O"), "P&O", "Personeelszaken")
BKC = Function(WhoCode("BKC"), "Beleid/kwaliteit", "Medewerker beleid, kwaliteit of communicatie")
BV = Function(WhoCode("BV"), "Vrijwilliger", "Bedrijfskritische vrijwilliger")

V_TITLES = (
    ("Vakbekwaam volgens je beroepsprofiel", "Je hebt in huis wat jouw beroepsprofiel vraagt, en dat is in je werk te zien."),
    ("Actief inwerken in een nieuwe rol", "Wie nieuw is of van rol wisselt, pakt het inwerken zelf mee op en krijgt het werk goed in de vingers."),
    ("Kansen zien en oppakken met je netwerk", "Je vangt op wat er speelt, neemt initiatief en doet dat samen met de mensen om je heen."),
    ("Eigen kracht en meedoen versterken", "Je helpt mensen hun eigen kracht te gebruiken, zelf aan het roer te blijven en mee te doen."),
    ("Afspraken over je bijdrage", "Je spreekt af wat jij bijdraagt aan waar de organisatie voor staat, houdt je daaraan en komt er zichtbaar voor uit."),
    ("Verantwoordelijkheid nemen en professionele ruimte gebruiken", "Je staat voor je werk en durft binnen je rol zelf onderbouwde keuzes te maken."),
    ("Beroepscode en gedragscode naleven", "Je kent de beroepscode en de gedragscode die voor jou gelden en laat ze meetellen in wat je doet."),
    ("Werkafspraken volgen en helpen verbeteren", "Je werkt zoals jullie hebben afgesproken en helpt mee als het beter kan."),
    ("Zorgvuldig met gegevens, beeld en eigendommen", "Je gaat netjes om met wat klanten je toevertrouwen: hun verhaal, gegevens, foto's en spullen."),
    ("Methodisch werken en interventies bewust kiezen", "Je staat achter de methoden van je organisatie, beheerst ze en kunt uitleggen waarom je koos wat je koos."),
    ("Meewerken aan vernieuwing en verbetering", "Je draagt er zelf aan bij dat het werk slimmer, beter of nieuw wordt."),
    ("Registratie en bijblijven in je vak", "Je houdt je vak bij en, waar dat geldt, je beroepsregistratie op orde."),
    ("Kennis delen met collega's", "Wat jij leert, houd je niet voor jezelf: je deelt het met collega's en partners."),
    ("Kijken naar je eigen handelen", "Je staat geregeld stil bij wat je deed en waarom, alleen en samen met anderen."),
    ("Veilig en gezond je werk doen", "Je let op je eigen veiligheid en gezondheid en op die van de mensen om je heen."),
)  # fmt: skip
D_TITLES = (
    ("Vraag en aanbod op elkaar afstemmen", "Jullie weten wat er in de wijk speelt en passen het aanbod daarop aan."),
    ("De vraag achter de vraag", "Jullie nemen de tijd om te horen waar het iemand echt om gaat."),
    ("Samen een plan maken", "Doelen en stappen staan in woorden die van de klant zelf konden zijn."),
    ("Volgen, bijstellen en afronden", "Jullie kijken samen of het werkt, sturen bij en ronden zorgvuldig af."),
    ("Toegankelijk voor iedereen", "Wie jullie nodig heeft, vindt de weg en voelt zich welkom."),
    ("Veiligheid in de dienstverlening", "Jullie signaleren onveiligheid en weten wat dan te doen."),
    ("Resultaten zichtbaar maken", "Jullie laten zien wat het werk oplevert, in cijfers en verhalen."),
    ("Inspraak van bewoners en klanten", "Wie gebruikmaakt van jullie diensten, praat mee over hoe het beter kan."),
    ("Samenwerken met partners", "Jullie doen wat jullie samen beter kunnen en weten wie waarvan is."),
    (
        "Vrijwilligers goed toerusten",
        "Vrijwilligers met een eigen taak krijgen wat ze nodig hebben om die goed te doen.",
    ),
    ("Stagiaires leren bij jullie een vak", "Stagiaires krijgen een leerplek met begeleiding die klopt."),
)
O_TITLES = (
    ("Missie en visie die leven", "Iedereen weet waar de organisatie voor staat en handelt daarnaar."),
    ("Plannen die doorwerken", "Van meerjarenkoers tot teamplan: het een volgt uit het ander."),
    ("Kijken naar buiten", "De organisatie volgt wat er in de samenleving verandert en speelt erop in."),
    ("Besturen en toezicht houden", "Bestuur en toezicht kennen hun rol en leggen er verantwoording over af."),
    ("Leidinggeven aan professionals", "Leidinggevenden geven richting en ruimte, en zijn er als het erop aankomt."),
    ("Werven en kiezen", "De organisatie vindt mensen die passen bij het werk en bij de bewoners."),
    ("Inwerken en begeleiden", "Nieuwe mensen worden goed ontvangen en op weg geholpen."),
    (
        "Gesprekken over werk en ontwikkeling",
        "Ieder jaar praten medewerker en leidinggevende over werk, groei en plezier.",
    ),
    ("Opleiden en leren", "Er is een plan, tijd en geld om te leren, en dat wordt ook gebruikt."),
    ("Gezond en veilig werken", "De organisatie kent de risico's van het werk en doet er iets aan."),
    ("Vrijwilligersbeleid", "Wat vrijwilligers mogen verwachten en wat van hen wordt verwacht, is duidelijk."),
    ("Stagebeleid", "De organisatie biedt stageplekken met een doordachte opzet."),
    (
        "Burgerinitiatieven ondersteunen",
        "Bewoners die zelf iets beginnen, vinden steun zonder dat het wordt overgenomen.",
    ),
    ("Derden inzetten", "Wie wordt ingehuurd, voldoet aan dezelfde eisen en weet wat er wordt verwacht."),
    ("Financiën op orde", "Begroting, verantwoording en reserves kloppen en worden op tijd besproken."),
    ("Informatie en privacy", "Gegevens zijn veilig, juist en alleen voor wie ze nodig heeft."),
    ("Wettelijke regelingen bekend", "De regelingen die de wet vraagt, zijn er, zijn bekend en werken."),
    (
        "Werkprocessen beschreven",
        "Hoe het werk gaat, staat zo op papier dat een nieuwe collega ermee uit de voeten kan.",
    ),
    ("Verbeteren als gewoonte", "De organisatie meet, leert en maakt verbeteringen af."),
    ("Grote veranderingen begeleiden", "Bij een ingrijpende verandering worden mensen meegenomen en risico's bewaakt."),
    ("Leveranciers beoordelen", "Van wat kritisch is voor het werk, wordt de kwaliteit van de leverancier gevolgd."),
    ("Tevredenheid meten", "De organisatie vraagt medewerkers, klanten en partners hoe het gaat en doet er iets mee."),
    (
        "Verantwoorden naar buiten",
        "De organisatie laat zien wat zij doet met het vertrouwen en het geld dat zij krijgt.",
    ),
)

EXPLANATIONS = (
    "In het teamoverleg van elke eerste dinsdag bespreken we één casus volgens een vast stramien. De professionals van team Centrum brengen die zelf in; de teamcoach bewaakt de tijd.",
    "Het ontwikkelgesprek van vorig jaar ging over outreachend werken. Daarna heeft de opbouwwerker twee dagen meegelopen in Tiel-Oost en de scholing 'Aanbellen en dan' gevolgd.",
    "Sinds september gebruiken we de nieuwe versie van het inwerkprogramma. Drie nieuwe collega's hebben er feedback op gegeven; die staat in het verslag.",
    "We hebben dit met het hele team doorgenomen. Wat goed gaat: iedereen kan een voorbeeld noemen. Wat beter kan: we leggen het nog niet overal vast.",
    "Bij het maatschappelijk werk kijkt een tweede collega mee bij elk afsluitend verslag. Bij het jongerenwerk doen we dat bij complexe situaties.",
    "De bewonersadviesraad is in juni gevraagd wat zij hiervan merken. Hun reactie: 'jullie bellen terug, en dat deden anderen niet'.",
)
EVIDENCE = (
    (ContributionKind.PHOTO, "Het planbord van team Centrum, zonder namen", "planbord-centrum.jpg", 1_240_000),
    (ContributionKind.DOCUMENT, "Verslag van de teamdag, zie de tweede bladzijde", "Verslag teamdag september.pdf", 482_000),
    (ContributionKind.VOICE, "De ouderenadviseur vertelt hoe het signaal bij de huisarts terechtkwam", None, 318_000),
    (ContributionKind.DOCUMENT, "", "Jaarplan 2026 definitief.docx", 96_400),
    (ContributionKind.LINK, "https://www.welzijnrivierenland.example/jaarverslag-2025", None, None),
    (ContributionKind.VIDEO, "Filmpje van de opening van het buurthuis", "opening-buurthuis.mp4", 14_800_000),
)  # fmt: skip
AUTHORS = ("Priya", "Joost", "Marloes", "Achmed", "Gerda")
LONG_STORY = (
    "In het voorjaar kwam er bij ons een signaal binnen van de wijkverpleegkundige: in een flat in Tiel-West woonden "
    "opvallend veel mensen die zelden buiten kwamen. De opbouwwerker en de ouderenadviseur zijn samen gaan aanbellen, "
    "vier middagen lang, met een kaartje en een thermoskan koffie.\n\n"
    "Wat we hoorden, was anders dan we dachten. Het ging niet om eenzaamheid alleen. De lift was wekenlang stuk geweest, "
    "er was ruzie over de fietsenkelder, en de bewonerscommissie was uit elkaar gevallen. Eerst hebben we met de "
    "woningcorporatie de lift geregeld. Daarna hebben we twee bewoners gevraagd of zij een koffieochtend wilden "
    "beginnen. Dat wilden ze, als wij de eerste drie keer zouden komen en daarna niet meer.\n\n"
    "Nu, een half jaar later:\n"
    "- komen er elke woensdag 14 tot 20 mensen;\n"
    "- is er een nieuwe bewonerscommissie, met een jongere van 19 als secretaris;\n"
    "- heeft de huisarts drie mensen verwezen, en wij zelf twee naar het maatschappelijk werk.\n\n"
    "Wat we ervan leerden: we waren geneigd om zelf iets te organiseren. Door te wachten tot bewoners het zelf wilden, "
    "duurde het zes weken langer en staat het nu op eigen benen. In de intervisie hebben we dit als voorbeeld gebruikt "
    "en afgesproken dat we bij elk nieuw initiatief eerst vragen: wie is hier de eigenaar?"
)

PARTIAL = {"V8", "D4", "O9", "O18"}
NOT_MET = {"O21"}
NOT_APPLICABLE = {
    "O13": "Burgerinitiatieven ondersteunen hoort niet tot onze opdracht: in onze gemeenten doet de "
    "dorpencoöperatie dat. Wij verwijzen door en hebben daar een werkafspraak over.",
}
OPEN = {"O22", "O23"}
IMPROVEMENTS = {
    "V8": ImprovementAction(
        "De werkafspraken over rapporteren nog eens met alle teams doornemen en er één blad van maken dat in elke "
        "spreekkamer hangt. Daarna na een kwartaal vijf dossiers per team bekijken.",
        "Teamcoach Centrum, samen met de beleidsmedewerker",
        date(2027, 2, 1),
    ),
    "D4": ImprovementAction("Bij het afsluiten altijd vragen hoe het na drie maanden gaat.", None, date(2027, 5, 21)),
    "O9": ImprovementAction("Het opleidingsplan koppelen aan de ontwikkelgesprekken.", "P&O", None),
    "O21": ImprovementAction(
        "Vaststellen welke leveranciers kritisch zijn en ze een keer per jaar beoordelen.",
        "Manager bedrijfsvoering",
        date(2027, 3, 31),
    ),
}


def full_report() -> SelfEvaluationReport:
    """Return the closed self-evaluation with 49 norms and about 150 contributions."""
    rubrics = (
        _rubric("V", 1, "Vakmanschap", "Wat jij als professional weet, kunt en laat zien.", V_TITLES),
        _rubric("D", 2, "Dienstverlening", "Hoe jullie met en voor mensen werken, van eerste vraag tot nazorg.", D_TITLES),
        _rubric("O", 3, "Organisatie en bestuur", "Hoe de organisatie koers houdt, goed voor mensen zorgt en verbetert.", O_TITLES),
    )  # fmt: skip
    return report_of(
        rubrics,
        closed_on=MADE_AT.date(),
        scope="Alle dienstverlening van Welzijn Rivierenland in de gemeenten Tiel, Buren en Neder-Betuwe, zonder de peuteropvang.",
        contributors=(
            Contributor("Priya", 23, "P&O"),
            Contributor("Joost", 18, "teamcoach Centrum"),
            Contributor("Marloes", 12, "opbouwwerker"),
            Contributor("Achmed", 9, "jongerenwerker"),
            Contributor("Gerda", 4),
        ),
    )  # fmt: skip


def empty_report() -> SelfEvaluationReport:
    """Return the self-evaluation in its first minute: nothing filled in by anybody."""
    rubrics = tuple(
        replace(rubric, norms=tuple(_cleared(norm) for norm in rubric.norms)) for rubric in full_report().rubrics
    )
    return report_of(rubrics)


def other_framework_report() -> SelfEvaluationReport:
    """Return a report on a framework of five norms in two rubrics, with other ids than ours."""
    lead = ReportRubric(
        RubricId("K"), 1, "Koers", "", tuple(_other(f"K{n}", Verdict(v)) for n, v in ((1, "met"), (2, "partial")))
    )
    rest = ("not_met", "not_applicable", "not_assessed")
    work = ReportRubric(RubricId("MP"), 2, "Mensen en partners", "", tuple(_other(f"MP-{v}", Verdict(v)) for v in rest))
    return replace(
        report_of((lead, work), max_partial=1, max_not_met=0),
        framework="Eigen kader van de coöperatie",
        framework_short="Eigen kader",
        norms_version="1",
    )


def report_of(
    rubrics: tuple[ReportRubric, ...],
    *,
    closed_on: date | None = None,
    scope: str | None = None,
    contributors: tuple[Contributor, ...] = (),
    max_partial: int = 9,
    max_not_met: int = 4,
) -> SelfEvaluationReport:
    """Return a report with the totals that its norms add up to."""
    return SelfEvaluationReport(
        organisation="Welzijn Rivierenland",
        framework="Kwaliteitslabel Sterk Sociaal Werk",
        framework_short="Kwaliteitslabel",
        norms_version="29 mei 2019 (kader 2.0)",
        copyright="Handvat gebruikt eigen woorden; het copyright op de normen berust bij Sociaal Werk Nederland.",
        round=1,
        version=2,
        closed_on=closed_on,
        made_at=MADE_AT,
        scope=scope,
        contributors=contributors,
        verdicts=VERDICT_WORDS,
        totals=totals_of(rubrics, max_partial, max_not_met),
        rubrics=rubrics,
    )


def totals_of(rubrics: tuple[ReportRubric, ...], max_partial: int, max_not_met: int) -> Totals:
    """Return how often each verdict occurs, with the forecast that follows."""
    given = [norm.verdict for rubric in rubrics for norm in rubric.norms]
    partial, not_met = given.count(Verdict.PARTIAL), given.count(Verdict.NOT_MET)
    counts = given.count(Verdict.MET) + partial + not_met
    over = partial > max_partial or not_met > max_not_met
    return Totals(
        met=given.count(Verdict.MET),
        partial=partial,
        not_met=not_met,
        not_applicable=given.count(Verdict.NOT_APPLICABLE),
        open=given.count(Verdict.NOT_ASSESSED),
        max_partial=max_partial,
        max_not_met=max_not_met,
        forecast=None if not counts else Forecast.OVER if over else Forecast.WITHIN,
    )


def one_norm_report(norm: ReportNorm) -> SelfEvaluationReport:
    """Return a report that holds nothing but this norm."""
    return report_of((ReportRubric(RubricId("V"), 1, "Vakmanschap", "", (norm,)),))


def contribution(receipt: int, text: str) -> ReportContribution:
    """Return a typed explanation with this text."""
    at = MADE_AT - timedelta(days=3)
    return ReportContribution(receipt, ContributionKind.TEXT, Purpose.EXPLANATION, text, "Joost", at)


def a_norm(norm_id: str = "V1", verdict: Verdict = Verdict.MET) -> ReportNorm:
    """Return a bare norm with a verdict."""
    return ReportNorm(NormId(norm_id), "Vakbekwaam", "Je kunt wat je werk vraagt.", None, (P,), verdict)


def _rubric(rubric: str, number: int, name: str, about: str, titles: tuple[tuple[str, str], ...]) -> ReportRubric:
    norms = tuple(_norm(f"{rubric}{n}", n + 23 * number, *words) for n, words in enumerate(titles, 1))
    return ReportRubric(RubricId(rubric), number, name, about, norms)


def _norm(norm_id: str, seed: int, title: str, wording: str) -> ReportNorm:
    verdict = _verdict(norm_id)
    who = {"V": (P,), "D": (P, BV), "O": (MNG, BKC)}[norm_id[0]]
    return ReportNorm(
        id=NormId(norm_id),
        title=title,
        wording=wording,
        wording_source=None,
        who=(*who, PO) if seed % 4 == 0 else who,
        verdict=verdict,
        updated_by=None if verdict is Verdict.NOT_ASSESSED else AUTHORS[seed % 5],
        updated_at=None if verdict is Verdict.NOT_ASSESSED else MADE_AT - timedelta(days=seed % 19),
        reason_not_applicable=NOT_APPLICABLE.get(norm_id),
        contributions=_contributions(norm_id, seed),
        improvement=IMPROVEMENTS.get(norm_id),
    )


def _verdict(norm_id: str) -> Verdict:
    if norm_id in OPEN:
        return Verdict.NOT_ASSESSED
    if norm_id in NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE
    if norm_id in NOT_MET:
        return Verdict.NOT_MET
    return Verdict.PARTIAL if norm_id in PARTIAL else Verdict.MET


def _contributions(norm_id: str, seed: int) -> tuple[ReportContribution, ...]:
    if norm_id in OPEN or norm_id in NOT_APPLICABLE or norm_id == "O15":
        return ()
    first = 7 * seed - 60
    at = MADE_AT - timedelta(days=seed % 23, hours=seed % 7)
    told = LONG_STORY if norm_id == "V3" else EXPLANATIONS[seed % 6]
    items = [ReportContribution(first, ContributionKind.TEXT, Purpose.EXPLANATION, told, AUTHORS[seed % 5], at)]
    if seed % 2:
        more = EXPLANATIONS[(seed + 3) % 6]
        items.append(
            ReportContribution(first + 1, ContributionKind.TEXT, Purpose.REPLY, more, AUTHORS[(seed + 1) % 5], at)
        )
    for offset in range(1 + seed % 3):
        kind, text, name, size = EVIDENCE[(seed + offset) % 6]
        file = Attachment(name, size) if size else None
        author = AUTHORS[(seed + offset + 2) % 5]
        items.append(ReportContribution(first + 2 + offset, kind, Purpose.EVIDENCE, text, author, at, file))
    return tuple(items)


def _cleared(norm: ReportNorm) -> ReportNorm:
    return ReportNorm(norm.id, norm.title, norm.wording, norm.wording_source, norm.who, Verdict.NOT_ASSESSED)


def _other(norm_id: str, verdict: Verdict) -> ReportNorm:
    return ReportNorm(NormId(norm_id), "Een eigen norm", "Waar het ons om gaat.", None, (), verdict)
