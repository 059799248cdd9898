from . import callbacks
from . import colour
from . import discount
from . import doctor
from . import figures
from . import first_steps
from . import visit
