"""The bill of materials as CycloneDX 1.6, for whoever has to know what runs on a server."""

from __future__ import annotations

import tomllib
import uuid

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from supply import licences
from supply.parts import ROOT, Part

VERSION = SchemaVersion.V1_6
_NAMESPACE = uuid.UUID("5f1b0b52-6d0e-4c0b-9d3a-2b7f6a3a9c11")  # ours; the same parts get the same serial number


def written(parts: list[Part]) -> str:
    """JSON text. Raises UnknownLicence: a part without a licence has no place in a bill."""
    parts = list({part.key: part for part in parts}.values())  # npm may hold one version in two folders
    components = {part.key: _component(part) for part in parts}
    root = _root()
    bom = Bom(
        components=components.values(),
        serial_number=uuid.uuid5(_NAMESPACE, "\n".join([str(root.version), *sorted(components)])),
    )
    bom.metadata.component = root
    by_name = {(part.ecosystem, part.name): components[part.key] for part in parts}
    for part in parts:
        needed = (by_name.get((part.ecosystem, name)) for name in part.needs)
        bom.register_dependency(components[part.key], [one for one in needed if one])
    bom.register_dependency(root, components.values())
    return make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string(indent=1)


def _root() -> Component:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Component(
        name=project["name"],
        version=project["version"],
        description=project["description"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[LicenseExpression("MIT")],
    )


def _component(part: Part) -> Component:
    return Component(
        name=part.name,
        version=part.version,
        type=ComponentType.LIBRARY,
        bom_ref=part.key,
        purl=PackageURL.from_string(part.key),
        licenses=[LicenseExpression(licences.expression(part))],
        hashes=[HashType(alg=HashAlgorithm.SHA_512, content=part.sha512)] if part.sha512 else [],
    )
