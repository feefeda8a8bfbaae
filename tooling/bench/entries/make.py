import sys

import recording
from messages import small_dicts

recording.make(sys.argv[1], seconds=600, entries=list(small_dicts(int(sys.argv[2]))))
