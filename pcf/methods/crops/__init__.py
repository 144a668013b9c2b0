"""How does a field become exchanges? Nitrogen, residues, inputs, operations, harvest, storage.

IPCC 2006 and 2019 stand beside each other and never mix in one study (`require_one_edition`).
"""

from pcf.methods.crops.averages import Sample, weighted_average
from pcf.methods.crops.composting import composting
from pcf.methods.crops.drying import drying
from pcf.methods.crops.film import film_mass, plastic_film
from pcf.methods.crops.irrigation import irrigation
from pcf.methods.crops.lime_co2 import lime_co2
from pcf.methods.crops.machinery import Operation, machinery
from pcf.methods.crops.manure_management import manure_management
from pcf.methods.crops.n2o_direct import n2o_direct
from pcf.methods.crops.n2o_leached import n2o_leached
from pcf.methods.crops.n2o_volatilised import n2o_volatilised
from pcf.methods.crops.nitrogen import Nitrogen, manure_content, nitrogen
from pcf.methods.crops.nursery import nursery_share
from pcf.methods.crops.perennial import Stage, perennial
from pcf.methods.crops.pesticides import pesticide
from pcf.methods.crops.residue_burning import residue_burning
from pcf.methods.crops.residues import residues, returned
from pcf.methods.crops.rotation import FieldCrop, rotation
from pcf.methods.crops.sampling import sampled_ratio
from pcf.methods.crops.seed import seed
from pcf.methods.crops.storage import Loss, storage
from pcf.methods.crops.urea_co2 import urea_co2

__all__ = [
    "FieldCrop",
    "Loss",
    "Nitrogen",
    "Operation",
    "Sample",
    "Stage",
    "composting",
    "drying",
    "film_mass",
    "irrigation",
    "lime_co2",
    "machinery",
    "manure_content",
    "manure_management",
    "n2o_direct",
    "n2o_leached",
    "n2o_volatilised",
    "nitrogen",
    "nursery_share",
    "perennial",
    "pesticide",
    "plastic_film",
    "residue_burning",
    "residues",
    "returned",
    "rotation",
    "sampled_ratio",
    "seed",
    "storage",
    "urea_co2",
    "weighted_average",
]
