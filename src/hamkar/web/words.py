"""The words for every code that a page shows, in English as written here and translated by the catalogues.

A code that is not here is shown as it stands: other nodes and files may use more than this version knows.
"""

from collections.abc import Mapping
from typing import Final

from hamkar.web.language import Language


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools find texts to be translated elsewhere
    """The text itself, marked to be translated where it is shown."""
    return text


def word(language: Language, kind: str, code: str) -> str:
    """The word for a code of a kind; the code itself where there is none, "" for what goes without saying."""
    found = WORDS[kind].get(code, code)
    # The translation of "" is a catalogue's header.
    return language.translations.gettext(found) if found else ""


def phrase(language: Language, kind: str, code: str) -> str:
    """The phrase for a code of a kind, with places in braces; for an unknown code that of the kind's first."""
    found = PHRASES[kind].get(code) or next(iter(PHRASES[kind].values()))
    return language.translations.gettext(found)


PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "qualifier": {
        "exact": N_("{amount}"),
        "about": N_("about {amount}"),
        "over": N_("over {amount}"),
        "at_least": N_("at least {amount}"),
    },
    "count": {
        "beyond": N_("more than {number}"),
    },
}

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "status": {
        "agreed": N_("agreed"),
        "preferred": N_("preferred"),
        "disputed": N_("disputed"),
        "unknown": N_("not known"),
    },
    "event_field": {
        "date": N_("Date"),
        "country": N_("Country"),
        "admin1": N_("Province"),
        "place": N_("Place"),
        "crossing": N_("Border crossing"),
        "agency": N_("Agency credited"),
        "departure": N_("Departure"),
        "destination": N_("Destination"),
        "quantity": N_("Quantity"),
    },
    "report_field": {
        "dates": N_("Dates"),
        "place": N_("Place"),
        "agency": N_("Agency credited"),
        "lines": N_("Substances and quantities"),
        "stated_total": N_("Total as stated"),
        "routing": N_("Route"),
        "parties": N_("People: roles and numbers"),
        "joint_with": N_("Joint operation with"),
        "source": N_("Source"),
        "notes": N_("Notes"),
        "identity": N_("Identity of a person"),
    },
    "date_kind": {
        "event": N_("seizure"),
        "discovery": N_("discovery"),
        "announcement": N_("announcement"),
        "publication": N_("publication"),
        "receipt": N_("receipt"),
        "ceremony": N_("ceremony"),
    },
    "weighing": {
        "gross": N_("gross"),
        "net": N_("net"),
        "unknown": "",
    },
    "measured": {
        "field_test": N_("field test"),
        "laboratory": N_("laboratory"),
        "unknown": "",
    },
    "basis": {
        "bulk": "",
        "pure": N_("pure substance"),
    },
    "source_kind": {
        "own": N_("own work"),
        "official": N_("official statement"),
        "press": N_("press"),
        "dataset": N_("data set"),
    },
    "doubt": {
        "unknown_substance": N_("substance not in the vocabulary"),
        "unknown_unit": N_("unit not in the vocabulary"),
        "unknown_country": N_("country not recognised"),
        "unknown_code": N_("code not in the vocabulary"),
        "no_amount": N_("no amount stated"),
        "implausible_amount": N_("amount not plausible"),
        "date_after_publication": N_("date after its own publication"),
    },
    "role": {
        "suspect": N_("suspect"),
        "convicted": N_("convicted"),
        "witness": N_("witness"),
        "victim": N_("victim"),
        "contact": N_("contact"),
        "official": N_("official"),
    },
    "purpose": {
        "prevention": N_("prevention"),
        "investigation": N_("investigation"),
        "analysis": N_("analysis"),
        "statistics": N_("statistics"),
        "training": N_("training"),
    },
    "category": {
        "drug_seizure": N_("drug seizures"),
        "precursor_seizure": N_("precursor seizures"),
        "person": N_("people (nominal data)"),
    },
    "onward": {
        "never": N_("never passed on"),
        "with_consent": N_("passed on only with the originator's consent"),
    },
    "handling": {
        "H0": N_("for preventing and combating crime only"),
        "H1": N_("not in judicial proceedings without the originator's permission"),
        "H2": N_("not passed on without the originator's permission"),
        "H3": N_("further restrictions, in words"),
    },
    "condition": {
        "no_onward": N_("not to be passed on"),
        "no_court_use": N_("no use in court"),
        "no_capital_use": N_("no use in capital proceedings"),
    },
    "agreement_state": {
        "proposed": N_("proposed, not signed by both"),
        "in_force": N_("in force"),
        "suspended": N_("suspended"),
        "not_yet_valid": N_("signed, not yet valid"),
        "expired": N_("expired"),
        "superseded": N_("replaced by another agreement"),
    },
    "standing": {
        "agency": N_("agency"),
        "observer": N_("observer"),
    },
    "outcome": {
        "released": N_("released"),
        "refused": N_("refused"),
    },
    "acceptance": {
        "accepted": N_("accepted"),
        "rejected": N_("rejected"),
    },
    "recall_kind": {
        "withdrawn": N_("withdrawn"),
        "wrong": N_("wrong"),
        "unlawful": N_("unlawful"),
        "corrected": N_("corrected by a newer version"),
        "consent_withdrawn": N_("consent to passing on taken back"),
    },
    "recall_outcome": {
        "erased": N_("erased"),
        "corrected": N_("erased, the newer version is held"),
        "not_held": N_("was not held any more"),
        "legal_hold": N_("kept out of use, because the law demands it"),
        "passed_on": N_("keeps its own copy, has told those beyond it"),
    },
    "hold_ground": {
        "court_order": N_("order of a court"),
        "legal_duty": N_("duty by law"),
        "defence_request": N_("request of the defence"),
        "safety_of_a_person": N_("safety of a person"),
    },
    "message_kind": {
        "recall": N_("record taken back"),
        "recall_answer": N_("answer to taking back"),
        "consent": N_("consent to passing on"),
        "correction": N_("correction"),
        "agreement_proposed": N_("agreement proposed"),
        "agreement_signed": N_("agreement signed"),
        "agreement_suspended": N_("agreement suspended"),
        "agreement_resumed": N_("agreement resumed"),
        "report": N_("report of a seizure"),
        "identity": N_("identity of a person"),
        "request": N_("request"),
        "request_move": N_("step in a request"),
        "seen": N_("records seen"),
        "erased": N_("copies erased"),
        "holdings": N_("comparison of what is held"),
        "holdings_detail": N_("answer to a comparison"),
    },
    "subject_kind": {
        "phone": N_("phone number"),
        "vehicle": N_("vehicle"),
        "person_name": N_("name of a person"),
        "document": N_("document"),
        "firm": N_("firm"),
        "place": N_("place"),
        "seizure": N_("seizure"),
        "substance": N_("substance"),
        "other": N_("other"),
    },
    "urgency": {
        "urgent": N_("urgent"),
        "normal": N_("not urgent"),
    },
    "request_state": {
        "asked": N_("asked"),
        "acknowledged": N_("acknowledged"),
        "partly_answered": N_("partly answered"),
        "withdrawn": N_("withdrawn"),
        "refused": N_("refused"),
        "answered": N_("answered"),
    },
    "move_kind": {
        "acknowledge": N_("acknowledged"),
        "answer_partly": N_("partly answered"),
        "answer_finally": N_("answered"),
        "refuse": N_("refused"),
        "withdraw": N_("withdrawn"),
        "remind": N_("reminded"),
    },
    "ground": {
        "national_security": N_("It would harm essential interests of national security."),
        "ongoing_investigation": N_("It would jeopardise an investigation that is under way."),
        "safety_of_a_person": N_("It would jeopardise the safety of a person."),
        "judicial_authorisation": N_("A judicial authorisation is missing or was refused."),
        "deficient_request": N_("The request does not say what a request must say."),
        "disproportionate": N_("It is not pertinent to the purpose, or out of proportion to it."),
        "minor_offence": N_("The offence is punishable by one year or less."),
        "no_offence": N_("The matter is no offence under the law of the asked side."),
        "third_party_consent": N_("It came from a third party that has not consented."),
        "inaccurate": N_("What is held is inaccurate, incomplete or out of date."),
        "domestic_law": N_("The law of the asked side forbids it."),
        "political_character": N_("The matter is political, military, religious or racial."),
        "capital_exposure": N_("It could contribute to a sentence of death."),
        "rights": N_("It could contribute to torture or another grave breach of rights."),
    },
    "rule": {
        "all_rules_passed": N_("No rule stands against it."),
        "no_agreement": N_("There is no agreement with this partner."),
        "agreement_in_force": N_("The agreement is not in force."),
        "partner_is_party": N_("The agreement is not between these two nodes."),
        "observer_gets_nothing_nominal": N_("An observer gets no nominal part."),
        "category_covered": N_("The agreement does not cover this kind of information."),
        "purpose_covered": N_("The agreement does not allow this purpose."),
        "handling_not_above": N_("The record is marked above what the agreement can carry."),
        "originator_in_control": N_("The record belongs to another agency, which has not consented."),
        "not_recalled": N_("Its originator has taken the record back."),
        "not_past_deletion": N_("The date by which the record is to be deleted has come."),
        "field_granted": N_("The agreement grants this field."),
        "field_not_granted": N_("The agreement does not grant this field."),
        "nothing_granted": N_("The agreement grants none of the fields the record has."),
        "accepted": N_("No rule stands against it."),
        "well_formed": N_("The message cannot be read as what it says it is."),
        "agreement_signed": N_("The agreement's signatures are not good."),
        "agreement_named": N_("The message names another agreement than it carries."),
        "request_parties": N_("The request is not one between these two nodes."),
        "request_first": N_("The request that this is about is not held here."),
        "deadlines_known": N_("The deadline is not one that the agreement gives."),
        "report_first": N_("The report that this person belongs to is not held here."),
    },
    "border": {
        "inbound": N_("inbound"),
        "outbound": N_("outbound"),
        "domestic": N_("domestic"),
    },
    "unit": {
        "g": N_("g"),
        "kg": N_("kg"),
        "mg": N_("mg"),
        "ug": N_("µg"),
        "tonne": N_("t"),
        "short-ton": N_("short tons"),
        "long-ton": N_("long tons"),
        "lb": N_("lb"),
        "oz": N_("oz"),
        "viss": N_("viss"),
        "hundred-g": N_("× 100 g"),
        "block-350g": N_("blocks of 350 g"),
        "paper-tenth-g": N_("papers of 0.1 g"),
        "ml": N_("ml"),
        "litre": N_("l"),
        "gallon-us": N_("US gallons"),
        "gallon-uk": N_("UK gallons"),
        "tablet": N_("tablets"),
        "pill": N_("pills"),
        "thousand-tablets": N_("thousand tablets"),
        "capsule": N_("capsules"),
        "ampoule": N_("ampoules"),
        "vial": N_("vials"),
        "injection": N_("injections"),
        "dose": N_("doses"),
        "thousand-doses": N_("thousand doses"),
        "blotter": N_("blotters"),
        "blotting-paper": N_("blotting papers"),
        "stamp": N_("stamps"),
        "mark": N_("marks"),
        "trip": N_("trips"),
        "joint": N_("joints"),
        "piece": N_("pieces"),
        "unit": N_("units"),
        "hundred-units": N_("hundred units"),
        "barette": N_("barettes"),
        "plant": N_("plants"),
        "bush": N_("bushes"),
        "m2": N_("m²"),
        "hectare": N_("ha"),
        "acre": N_("acres"),
        "package": N_("packages"),
        "bottle": N_("bottles"),
        "flacon": N_("flacons"),
        "other": N_("other units"),
    },
}
