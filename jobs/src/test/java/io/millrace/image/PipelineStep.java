package io.millrace.image;

import java.util.random.RandomGenerator;

/** Does an operation as a pipeline does it that has done others: with buffers that are there. */
public final class PipelineStep {
  private final Renderer renderer = new Renderer();
  private final PixelBuffer spare = new PixelBuffer();

  /** Reads {@code in} and writes {@code out}. */
  public void apply(
      ImageOperation operation, PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    if (!(operation instanceof Reframing reframing)) {
      operation.apply(in, out, random);
      return;
    }
    Frame frame = reframing.frame(in.height(), in.width(), random);
    if (!frame.resampled()) {
      Renderer.cut(in, frame.window(), frame, out);
      return;
    }
    Frame turn = frame.turnOfWindow();
    renderer.resample(in, 1, frame, turn.identity() ? out : spare);
    if (!turn.identity()) {
      Renderer.cut(spare, turn.window(), turn, out);
    }
  }
}
