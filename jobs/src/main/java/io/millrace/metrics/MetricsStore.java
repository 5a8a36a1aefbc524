package io.millrace.metrics;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The metrics of a run's epochs: {@code metrics.jsonl}, one line an epoch, and {@code summary.csv}.
 * Both are written whole after each epoch, since object stores and HDFS have no usable append.
 */
public final class MetricsStore {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(double.class, new NanAsNull())
                  .addDeserializer(double.class, new NullAsNan()))
          .build();

  private final RunFolder folder;
  private final List<EpochMetrics> epochs = new ArrayList<>();

  /** A store for a run that starts anew. */
  public MetricsStore(RunFolder folder) {
    this.folder = folder;
  }

  /** A store that goes on after the first {@code epochs} epochs of what the folder holds. */
  public static MetricsStore resume(RunFolder folder, int epochs) throws IOException {
    MetricsStore store = new MetricsStore(folder);
    int line = 0;
    for (String text : folder.text(RunFolder.METRICS).orElse("").lines().toList()) {
      line++;
      try {
        EpochMetrics metrics = JSON.readValue(text, EpochMetrics.class);
        if (metrics.epoch() <= epochs) {
          store.epochs.add(metrics);
        }
      } catch (JsonProcessingException e) {
        throw new IOException(
            "Cannot read %s line %d: %s"
                .formatted(folder.path(RunFolder.METRICS), line, e.getOriginalMessage()),
            e);
      }
    }
    return store;
  }

  /** Adds an epoch and writes both files. */
  public void add(EpochMetrics metrics) throws IOException {
    epochs.add(metrics);
    StringBuilder lines = new StringBuilder();
    for (EpochMetrics epoch : epochs) {
      lines.append(JSON.writeValueAsString(epoch)).append('\n');
    }
    folder.write(RunFolder.METRICS, lines.toString());
    folder.write(RunFolder.SUMMARY, SummaryCsv.text(epochs));
  }

  /** All epochs, oldest first. */
  public List<EpochMetrics> epochs() {
    return List.copyOf(epochs);
  }

  private static final class NanAsNull extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        out.writeNumber(value);
      } else {
        out.writeNull();
      }
    }
  }

  private static final class NullAsNan extends JsonDeserializer<Double> {
    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return in.getDoubleValue();
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}
