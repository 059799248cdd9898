from . import export
from . import person
