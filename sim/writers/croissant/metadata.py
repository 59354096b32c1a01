"""Channels of a data set -> its Croissant metadata, with the fields of responsible AI.

Source: the Croissant format specification 1.0 and the Croissant RAI specification 1.0 (mlcommons.org).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from sim.dataset.layout import IMAGE_SUFFIX, SCHEMA_VERSION
from sim.dataset.splits import SPLITS
from sim.frame import CHANNELS
from sim.taxonomy import CATEGORIES
from sim.writers.croissant.tables import CAPTURES, OBJECTS, Column

__all__ = ["metadata"]

# The context every Croissant 1.0 file has.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        word: f"cr:{word}"
        for word in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty"),
            *("fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField"),
            *("path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate"),
            *("separator", "source", "subField", "transform"),
        )
    },
}

_RESPONSIBLE_AI: dict[str, Any] = {
    "rai:dataCollection": "Nothing was collected: streets and agents are simulated, cameras are rendered.",
    "rai:dataCollectionType": ["Software Collection"],
    "rai:dataPreprocessingProtocol": "None: images are stored as rendered, without loss.",
    "rai:dataAnnotationProtocol": (
        "Labels follow from the state of the simulation and from the same rasterization as the pictures; "
        "nobody drew or judged anything."
    ),
    "rai:machineAnnotationTools": ["Roadreel"],
    "rai:dataUseCases": (
        "Training, testing and debugging of detection, segmentation, tracking, depth, motion and pose "
        "estimation in street scenes. How well it carries over has to be measured on real pictures."
    ),
    "rai:dataLimitations": (
        "Simulated pictures differ from real ones in light, texture, behavior and the variety of what "
        "happens. There is no lidar, and only the weather and light that the scenarios ask for."
    ),
    "rai:dataBiases": (
        "Bodies, clothes, skin tones, vehicles, streets and behavior are drawn from the generators' own "
        "distributions, which no population was sampled for. Agents that show few pixels are left out."
    ),
    "rai:dataSocialImpact": "Street scenes with people can be studied without recording anybody.",
    "rai:personalSensitiveInformation": "None: every person, face and number plate is synthetic.",
    "rai:dataReleaseMaintenancePlan": "The same scenarios and version give the same data again.",
}

_MIME = {".png": "image/png", ".tiff": "image/tiff"}
_TYPES = {pa.string(): "sc:Text", pa.int64(): "sc:Integer", pa.float64(): "sc:Float"}


def metadata(channels: Iterable[str]) -> dict[str, Any]:
    """The content of ``croissant.json``.

    Args:
        channels: those that have images, names in `CHANNELS`.
    """
    found = set(channels)
    images = [name for name in CHANNELS if name in found]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": "Roadreel streets",
        "description": (
            "Street scenes simulated in Panda3D, filmed by virtual cameras, with the labels of every person "
            "and vehicle that is seen."
        ),
        "citeAs": "Roadreel, street scenes simulated in Panda3D",
        "keywords": ["synthetic", "autonomous driving", "segmentation", "tracking"],
        "version": f"{SCHEMA_VERSION}.0.0",
        "isLiveDataset": False,
        **_RESPONSIBLE_AI,
        "distribution": [
            _files("captures", "captures/*.parquet", "application/x-parquet"),
            _files("objects", "objects/*.parquet", "application/x-parquet"),
            *(
                _files(name, f"images/*.{name}{IMAGE_SUFFIX[name]}", _MIME[IMAGE_SUFFIX[name]])
                for name in images
            ),
        ],
        "recordSet": [
            _words("splits", SPLITS, "cr:Split"),
            _words("categories", CATEGORIES, "sc:Text"),
            # Of pictures alone: readers turn every image into three bands of bytes.
            *([_pictures()] if "rgb" in found else []),
            _table("captures", CAPTURES, "What one camera saw at one time."),
            _table("objects", OBJECTS, "People and vehicles that are seen in captures."),
        ],
    }


def _files(name: str, pattern: str, mime: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{name}-files",
        "name": f"{name}-files",
        "description": f"Images, each value: {CHANNELS[name].unit}." if name in CHANNELS else "A table.",
        "encodingFormat": mime,
        "includes": pattern,
    }


def _words(name: str, words: Iterable[str], kind: str) -> dict[str, Any]:
    """A record set that lists words."""
    field = {"@type": "cr:Field", "@id": f"{name}/name", "name": f"{name}/name", "dataType": "sc:Text"}
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "dataType": kind,
        "key": {"@id": f"{name}/name"},
        "field": [field],
        "data": [{f"{name}/name": word} for word in words],
    }


def _pictures() -> dict[str, Any]:
    """The record set of pictures: the capture's name, cut from that of the file, and the content."""
    fields: dict[str, tuple[str, dict[str, Any]]] = {
        "capture": (
            "sc:Text",
            {"extract": {"fileProperty": "filename"}, "transform": {"regex": "^(.*)\\.rgb\\.png$"}},
        ),
        "picture": ("sc:ImageObject", {"extract": {"fileProperty": "content"}}),
    }
    return {
        "@type": "cr:RecordSet",
        "@id": "pictures",
        "name": "pictures",
        "description": "What the cameras took.",
        "key": {"@id": "pictures/capture"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"pictures/{name}",
                "name": f"pictures/{name}",
                "dataType": kind,
                "source": {"fileSet": {"@id": "rgb-files"}, **how},
            }
            for name, (kind, how) in fields.items()
        ],
    }


def _table(name: str, columns: Mapping[str, Column], meaning: str) -> dict[str, Any]:
    fields = []
    for column, (kind, said, references) in columns.items():
        repeated = pa.types.is_list(kind)
        fields.append(
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": f"{name}/{column}",
                "description": said,
                "dataType": _TYPES[kind.value_type if repeated else kind],
                **({"repeated": True} if repeated else {}),
                "source": {"fileSet": {"@id": f"{name}-files"}, "extract": {"column": column}},
                **({"references": {"field": {"@id": references}}} if references else {}),
            }
        )
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "description": meaning, "field": fields}
