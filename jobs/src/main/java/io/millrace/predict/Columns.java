package io.millrace.predict;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.util.List;
import java.util.function.IntConsumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/**
 * The columns of predictions and of quarantine, and how a row is written in them.
 *
 * <pre>
 * id             int64           first 64 bits of the SHA-256 of the image's bytes
 * path           string          its file, relative to the source
 * row            int64           its number in the file, from 0
 * classes        list of string  the most probable classes
 * probabilities  list of float   of these
 * model          string          SHA-256 of the model's file
 * run            string          name of the run that made it
 * embedding      list of float   what a layer makes of it, if asked for: axis by axis
 * </pre>
 *
 * <p>Quarantine has {@code path}, {@code row}, {@code reason} and {@code detail}.
 */
final class Columns {
  static final MessageType QUARANTINE =
      Types.buildMessage()
          .required(BINARY)
          .as(stringType())
          .named("path")
          .required(INT64)
          .named("row")
          .required(BINARY)
          .as(stringType())
          .named("reason")
          .required(BINARY)
          .as(stringType())
          .named("detail")
          .named("quarantine");

  private final List<Binary> classes;
  private final Binary model;
  private final Binary run;

  /** Columns of a model with these classes. */
  Columns(List<String> classes, String model, String run) {
    this.classes = classes.stream().map(Binary::fromString).toList();
    this.model = Binary.fromString(model);
    this.run = Binary.fromString(run);
  }

  /** The columns of predictions. */
  static MessageType predictions(boolean embeds) {
    var columns =
        Types.buildMessage()
            .required(INT64)
            .named("id")
            .required(BINARY)
            .as(stringType())
            .named("path")
            .required(INT64)
            .named("row")
            .requiredList()
            .requiredElement(BINARY)
            .as(stringType())
            .named("classes")
            .requiredList()
            .requiredElement(FLOAT)
            .named("probabilities")
            .required(BINARY)
            .as(stringType())
            .named("model")
            .required(BINARY)
            .as(stringType())
            .named("run");
    return embeds
        ? columns.requiredList().requiredElement(FLOAT).named("embedding").named("predictions")
        : columns.named("predictions");
  }

  /** Writes a prediction. */
  void write(Prediction row, RecordConsumer to) {
    field(to, "id", 0, () -> to.addLong(row.id()));
    field(to, "path", 1, () -> to.addBinary(Binary.fromString(row.path())));
    field(to, "row", 2, () -> to.addLong(row.row()));
    int[] best = row.classes();
    list(to, "classes", 3, best.length, i -> to.addBinary(classes.get(best[i])));
    list(to, "probabilities", 4, best.length, i -> to.addFloat(row.probabilities()[i]));
    field(to, "model", 5, () -> to.addBinary(model));
    field(to, "run", 6, () -> to.addBinary(run));
    float[] embedding = row.embedding();
    if (embedding != null) {
      list(to, "embedding", 7, embedding.length, i -> to.addFloat(embedding[i]));
    }
  }

  /** Writes an image that could not be predicted. */
  static void write(BadImage row, RecordConsumer to) {
    field(to, "path", 0, () -> to.addBinary(Binary.fromString(row.path())));
    field(to, "row", 1, () -> to.addLong(row.row()));
    field(to, "reason", 2, () -> to.addBinary(Binary.fromString(row.reason().toString())));
    field(to, "detail", 3, () -> to.addBinary(Binary.fromString(row.detail())));
  }

  private static void field(RecordConsumer to, String name, int index, Runnable value) {
    to.startField(name, index);
    value.run();
    to.endField(name, index);
  }

  private static void list(
      RecordConsumer to, String name, int index, int count, IntConsumer element) {
    field(
        to,
        name,
        index,
        () -> {
          to.startGroup();
          if (count > 0) {
            to.startField("list", 0);
            for (int i = 0; i < count; i++) {
              to.startGroup();
              to.startField("element", 0);
              element.accept(i);
              to.endField("element", 0);
              to.endGroup();
            }
            to.endField("list", 0);
          }
          to.endGroup();
        });
  }
}
