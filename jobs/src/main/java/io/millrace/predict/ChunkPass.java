package io.millrace.predict;

import io.millrace.predict.Prediction.Image;
import io.millrace.predict.Predictor.Answers;
import io.millrace.replica.Replica;
import io.millrace.source.BadSourceException;
import io.millrace.source.SourceRow;
import io.millrace.store.WholeFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * One chunk: reads, decodes, predicts and writes, as many images at a time as a forward pass has.
 * The file of bad images is there before that of predictions, whose coming says that the chunk is
 * done. Runs on executors, on the replica's thread.
 */
final class ChunkPass {
  private final Predictor predictor;
  private final PredictSpec spec;
  private final Chunk chunk;
  private final String attempt;
  private final Replica<?> replica;
  private final List<BadImage> bad = new ArrayList<>();
  private final List<Image> images = new ArrayList<>();
  private long rows;

  /**
   * A pass over a chunk.
   *
   * @param attempt tells this attempt's files from those of others, while they are written
   * @param replica is told of each forward pass, and says whether anybody waits for it still
   */
  ChunkPass(
      Predictor predictor, PredictSpec spec, Chunk chunk, String attempt, Replica<?> replica) {
    this.predictor = predictor;
    this.spec = spec;
    this.chunk = chunk;
    this.attempt = attempt;
    this.replica = replica;
  }

  /**
   * Does it.
   *
   * @throws IOException if something cannot be read that may be readable later, or written
   */
  ChunkResult run() throws IOException {
    long start = System.nanoTime();
    String unreadable = null;
    try {
      Path file = PredictFolder.predictions(spec.folder(), chunk.file());
      WholeFiles.at(file, hadoop()).replace(file, "-" + attempt, this::writeTo);
    } catch (BadSourceException e) {
      unreadable = e.getMessage();
    }
    TreeMap<String, Long> reasons = new TreeMap<>();
    bad.forEach(each -> reasons.merge(each.reason().toString(), 1L, Long::sum));
    return new ChunkResult(rows, reasons, unreadable, System.nanoTime() - start);
  }

  private Configuration hadoop() {
    return spec.hadoop().conf();
  }

  private void writeTo(OutputStream out) throws IOException {
    Columns columns = new Columns(spec.classes(), spec.model(), spec.run());
    boolean embeds = spec.network().layer() != null;
    try (ChunkRows source = new ChunkRows(spec.source(), chunk);
        EncodedImage image = new EncodedImage(spec);
        RowsFile<Prediction> file =
            new RowsFile<>(out, Columns.predictions(embeds), columns::write, hadoop())) {
      while (source.hasNext()) {
        if (replica.abandoned()) {
          throw new CancellationException("task attempt killed");
        }
        pass(source, image, file);
        replica.stepped();
      }
      writeBad();
      new ChunkFooter(spec.model(), chunk.file(), bad.size()).say(file);
    }
  }

  /** One forward pass. */
  private void pass(ChunkRows source, EncodedImage encoded, RowsFile<Prediction> file)
      throws IOException {
    images.clear();
    Optional<Answers> answers = predictor.answers(spec, pixels -> fill(source, encoded, pixels));
    if (answers.isPresent()) {
      write(answers.get(), file);
    }
  }

  private int fill(ChunkRows source, EncodedImage encoded, FloatBuffer pixels) {
    while (images.size() < spec.batch() && source.hasNext()) {
      SourceRow row = source.next();
      pixels.position(images.size() * spec.images().size());
      encoded
          .write(row, pixels)
          .ifPresentOrElse(
              bad::add, () -> images.add(new Image(id(row.image()), row.file(), row.row())));
    }
    return images.size();
  }

  private static long id(byte[] image) {
    return ByteBuffer.wrap(DigestUtils.sha256(image)).getLong();
  }

  private void write(Answers answers, RowsFile<Prediction> file) throws IOException {
    float[] probabilities = answers.probabilities();
    int classes = spec.classes().size();
    if (probabilities.length != images.size() * classes) {
      throw new IllegalStateException(
          "Cannot predict by a network of %s outputs (must be one for each of %d classes)"
              .formatted(probabilities.length / (double) images.size(), classes));
    }
    float[] embeddings = answers.embeddings();
    int length = embeddings == null ? 0 : embeddings.length / images.size();
    FloatBuffer all = FloatBuffer.wrap(probabilities);
    for (int i = 0; i < images.size(); i++) {
      float[] own =
          embeddings == null ? null : Arrays.copyOfRange(embeddings, i * length, (i + 1) * length);
      file.write(images.get(i).of(all, i * classes, classes, spec.top(), own));
    }
    rows += images.size();
  }

  private void writeBad() throws IOException {
    Path file = PredictFolder.quarantine(spec.folder(), chunk.file());
    WholeFiles files = WholeFiles.at(file, hadoop());
    if (bad.isEmpty()) {
      files.delete(file); // of an attempt that found others bad, as one with less memory does
      return;
    }
    files.replace(
        file,
        "-" + attempt,
        out -> {
          try (RowsFile<BadImage> quarantine =
              new RowsFile<>(out, Columns.QUARANTINE, Columns::write, hadoop())) {
            for (BadImage each : bad) {
              quarantine.write(each);
            }
          }
        });
  }
}
