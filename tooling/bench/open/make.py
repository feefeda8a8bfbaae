import sys

import recording
from messages import small_dicts

seconds = int(sys.argv[2])
recording.make(sys.argv[1], seconds=seconds, with_samples=True, spikes=1000 * seconds, entries=list(small_dicts(100 * seconds)))
