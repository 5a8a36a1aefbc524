package io.millrace.predict;

import io.millrace.image.BadImageException;
import io.millrace.image.ImagePipeline;
import io.millrace.prepare.DatasetConfig;
import io.millrace.prepare.ImageWork;
import io.millrace.prepare.Reason;
import io.millrace.source.SourceRow;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * From a row of a source to the network's input, by way of what {@code prepare} would store, so
 * that the network sees what it was trained and evaluated on. Whatever an image makes a decoder
 * throw is that image's fault. Runs on executors; not thread-safe, holds native memory until
 * closed.
 */
final class EncodedImage implements AutoCloseable {
  private final PredictSpec spec;
  private final boolean changes;
  private ImageWork work;
  private ImagePipeline pipeline;

  EncodedImage(PredictSpec spec) {
    this.spec = spec;
    this.changes =
        spec.stored().shortSide() > 0 || spec.stored().encoding() != DatasetConfig.Encoding.KEEP;
    start();
  }

  /** Writes the image as [H, W, C], or says why that cannot be done. */
  Optional<BadImage> write(SourceRow row, FloatBuffer pixels) {
    if (row.image() == null || row.image().length == 0) {
      Reason reason = row.pathOnly() ? Reason.NO_FILE : Reason.EMPTY_ROW;
      return bad(row, reason, row.missing() == null ? "its image has no bytes" : row.missing());
    }
    try {
      byte[] bytes = changes || row.rawHeight() > 0 ? work.stored(row) : row.image();
      pipeline.run(bytes, 0, bytes.length, null, pixels);
      return Optional.empty();
    } catch (BadImageException e) {
      return bad(row, Reason.UNREADABLE_IMAGE, e.getMessage());
    } catch (RuntimeException | OutOfMemoryError e) {
      startOver();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return bad(row, Reason.UNREADABLE_IMAGE, words(cause));
    }
  }

  private static String words(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      return "it needs more memory than there is here";
    }
    return e instanceof BadImageException ? e.getMessage() : "it cannot be decoded, " + e;
  }

  private static Optional<BadImage> bad(SourceRow row, Reason reason, String detail) {
    return Optional.of(new BadImage(row.file(), row.row(), reason, detail));
  }

  private void start() {
    work = ImageWork.keepingNothing(spec.stored());
    pipeline = spec.images().pipeline();
  }

  /** What failed in the middle may be in any state, and hold any memory. */
  private void startOver() {
    close();
    start();
  }

  @Override
  public void close() {
    work.close();
    pipeline.close();
  }
}
