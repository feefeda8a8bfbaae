from cl import RecordingView


def entries(path, size):
    count = 0
    total = 0
    with RecordingView(path) as view:
        for timestamp, value in view.data_streams["ball"].items():
            count += int(timestamp >= 0)
            total += value["y"] + (len(value["spikes"]) if "spikes" in value else 0)
    return [count, total]
