package io.millrace.predict;

import io.millrace.dataset.HadoopConf;
import io.millrace.source.ManyFiles;
import io.millrace.wire.Packed;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/** The chunks that an earlier run has written. Runs on the driver. */
final class EarlierChunks {
  private EarlierChunks() {}

  /**
   * The chunks that are not there; what became of the others is counted.
   *
   * @param chunks all of them
   * @param tally takes in what is there
   */
  static List<Chunk> left(
      JavaSparkContext spark,
      PredictSpec spec,
      List<Chunk> chunks,
      PredictFolder folder,
      PredictTally tally)
      throws IOException {
    Set<String> written = new HashSet<>(folder.written());
    List<String> there = chunks.stream().map(Chunk::file).filter(written::contains).toList();
    String root = spec.folder();
    String sha256 = spec.model();
    HadoopConf conf = spec.hadoop();
    spark.setJobDescription("predict: look at what is there");
    List<byte[]> looks =
        ManyFiles.on(spark)
            .look(
                there,
                file ->
                    ChunkFooter.read(root, file, sha256, conf)
                        .map(Packed::pack)
                        .orElse(new byte[0]));
    Set<String> done = new HashSet<>();
    for (int i = 0; i < there.size(); i++) {
      if (looks.get(i).length > 0) {
        tally.before(Packed.unpack(looks.get(i), ChunkResult.class));
        done.add(there.get(i));
      }
    }
    return chunks.stream().filter(chunk -> !done.contains(chunk.file())).toList();
  }
}
