package io.millrace.dataset;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/**
 * Where the examples of a split come from, so that a bad label can be found in the lake. Beside
 * each data file lies a small Parquet with file and row of each of its examples, in their order;
 * training never reads it, and a set that was prepared before there was one has none. Its name
 * starts with {@code _}, so that whoever reads the folder as a table does not mix the two.
 */
public final class RowOrigins {
  private static final String PREFIX = "_origins-";
  private static final MessageType SCHEMA =
      Types.buildMessage()
          .required(BINARY)
          .as(stringType())
          .named("file")
          .required(INT64)
          .named("row")
          .named("origins");

  private final PreparedDataset dataset;
  private final List<Block> blocks;
  private final Map<String, List<RowOrigin>> read = new HashMap<>();

  /** The origins of a split's examples. */
  public RowOrigins(PreparedDataset dataset, Split split) {
    this.dataset = dataset;
    this.blocks = dataset.blocks(split);
  }

  /**
   * Where an example comes from, if the set says so.
   *
   * @param index of its block in the split
   * @param row in the block
   * @throws IOException if the set says so and it cannot be read
   */
  public Optional<RowOrigin> of(int index, int row) throws IOException {
    Block block = blocks.get(index);
    if (!read.containsKey(block.file())) {
      read.put(block.file(), read(beside(new Path(dataset.root(), block.file()))));
    }
    int before = 0;
    for (int i = index - 1; i >= 0 && blocks.get(i).file().equals(block.file()); i--) {
      before += blocks.get(i).rows();
    }
    List<RowOrigin> origins = read.get(block.file());
    return origins.isEmpty() ? Optional.empty() : Optional.of(origins.get(before + row));
  }

  /** The file with the origins of a data file's examples. */
  public static Path beside(Path dataFile) {
    return new Path(dataFile.getParent(), PREFIX + dataFile.getName());
  }

  private List<RowOrigin> read(Path file) throws IOException {
    List<RowOrigin> origins = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), file).withConf(dataset.conf()).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        origins.add(new RowOrigin(row.getString("file", 0), row.getLong("row", 0)));
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (RuntimeException e) {
      throw new IOException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    return origins;
  }

  /** Writes the origins of one data file's examples, in their order. Runs on executors. */
  public static final class Writer implements AutoCloseable {
    private final ParquetWriter<Group> rows;

    /** Creates the file; one that is there is replaced. */
    public Writer(Path file, Configuration conf) throws IOException {
      rows =
          ExampleParquetWriter.builder(HadoopOutputFile.fromPath(file, conf))
              .withType(SCHEMA)
              .withConf(conf)
              .withCompressionCodec(CompressionCodecName.SNAPPY)
              .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
              .build();
    }

    /** Adds the origin of the next example. */
    public void write(RowOrigin origin) throws IOException {
      Group row = new SimpleGroup(SCHEMA);
      row.add("file", origin.file());
      row.add("row", origin.row());
      rows.write(row);
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
