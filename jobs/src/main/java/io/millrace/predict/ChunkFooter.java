package io.millrace.predict;

import io.millrace.dataset.HadoopConf;
import io.millrace.dataset.ParquetFiles;
import io.millrace.store.WholeFiles;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * What the footer of a file of predictions says of its chunk.
 *
 * @param model SHA-256 of the model's file
 * @param file its name
 * @param quarantined images of the chunk in quarantine
 */
record ChunkFooter(String model, String file, long quarantined) {
  private static final String MODEL = "millrace.model";
  private static final String FILE = "millrace.chunk";
  private static final String QUARANTINED = "millrace.quarantined";

  void say(RowsFile<?> to) {
    to.say(MODEL, model);
    to.say(FILE, file);
    to.say(QUARANTINED, Long.toString(quarantined));
  }

  /**
   * What became of a chunk by its files; empty where they are not whole, or another's. Runs on
   * executors.
   *
   * @param folder of the predictions
   */
  static Optional<ChunkResult> read(String folder, String file, String model, HadoopConf hadoop)
      throws IOException {
    Path path = PredictFolder.predictions(folder, file);
    Configuration conf = hadoop.conf();
    long length = WholeFiles.at(path, conf).size(path);
    ParquetMetadata footer;
    try {
      footer = ParquetFiles.footer(path, length, conf);
    } catch (IOException e) {
      return Optional.empty(); // predicted anew, which says what is wrong if it stays wrong
    }
    Map<String, String> said = footer.getFileMetaData().getKeyValueMetaData();
    String quarantined = said.getOrDefault(QUARANTINED, "");
    boolean own = model.equals(said.get(MODEL)) && file.equals(said.get(FILE));
    if (!own || !quarantined.matches("\\d{1,18}")) {
      return Optional.empty();
    }
    TreeMap<String, Long> bad = new TreeMap<>();
    if (!quarantined.equals("0")) {
      Path beside = PredictFolder.quarantine(folder, file);
      if (WholeFiles.at(beside, conf).size(beside) < 0) {
        return Optional.empty();
      }
      bad.put("found before", Long.parseLong(quarantined));
    }
    long rows = footer.getBlocks().stream().mapToLong(block -> block.getRowCount()).sum();
    return Optional.of(new ChunkResult(rows, bad, null, 0));
  }
}
