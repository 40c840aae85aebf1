"""Registry files (contract section 1) and the tables they are loaded into. Strict: see fields."""

from storage.registry.load import RegistryData, import_registry, read_registry
from storage.registry.problems import RegistryError, RegistryProblem

__all__ = [
    "RegistryData",
    "RegistryError",
    "RegistryProblem",
    "import_registry",
    "read_registry",
]
