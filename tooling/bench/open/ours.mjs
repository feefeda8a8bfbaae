import { openRecording } from "@sonde/cl-recordings";

export async function open(path) {
  let found = [];
  for (let k = 0; k < 10; k++) {
    const recording = await openRecording(path);
    const { duration_frames, application } = recording.attributes;
    found = [duration_frames, application.experiment, recording.spikes.size, recording.dataStreams.get("ball").size];
    await recording.close();
  }
  return found;
}
