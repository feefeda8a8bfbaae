import sys

import recording

recording.make(sys.argv[1], seconds=600, spikes=int(sys.argv[2]))
