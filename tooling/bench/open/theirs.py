from cl import RecordingView


def open(path, size):
    found = []
    for _ in range(10):
        with RecordingView(path) as view:
            attributes = {name: view.attributes[name] for name in view.attributes.keys()}
            found = [attributes["duration_frames"], attributes["application"]["experiment"], int(view.spikes.nrows), len(view.data_streams["ball"])]
    return found
