"""Frames -> data sets for the Hugging Face `datasets` library: Parquet files, or a folder of pictures."""

from sim.writers.huggingface.imagefolder import ImageFolderWriter
from sim.writers.huggingface.parquet import HuggingFaceWriter

__all__ = ["HuggingFaceWriter", "ImageFolderWriter"]
