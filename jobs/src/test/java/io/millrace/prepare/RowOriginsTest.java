package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.RowOrigin;
import io.millrace.dataset.RowOrigins;
import io.millrace.dataset.Split;
import io.millrace.prepare.Lake.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowOriginsTest {
  @TempDir private Path dir;
  private List<Row> one;
  private List<Row> two;
  private PreparedDataset set;

  @BeforeEach
  void prepare() throws IOException {
    one = Lake.rows(0, 37);
    two = Lake.rows(37, 11);
    Path lake = Files.createDirectory(dir.resolve("lake"));
    Lake.huggingFace(lake.resolve("one.parquet"), one);
    Lake.huggingFace(lake.resolve("two.parquet"), two);
    PrepareFixture.prepare(PrepareFixture.source(lake), PrepareFixture.dataset(dir.resolve("set")));
    set = PrepareFixture.open(dir.resolve("set"));
  }

  @Test
  void everyExampleKnowsTheRowOfTheSourceThatItWasMadeOf() throws IOException {
    Map<String, List<Row>> lake = Map.of("one.parquet", one, "two.parquet", two);
    int seen = 0;
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      RowOrigins origins = new RowOrigins(set, split);
      List<Block> blocks = set.blocks(split);
      for (int b = 0; b < blocks.size(); b++) {
        EncodedBlock block = set.reader().read(blocks.get(b));
        for (int row = 0; row < block.rows(); row++) {
          RowOrigin origin = origins.of(b, row).orElseThrow();
          assertThat(
                  Arrays.copyOfRange(block.data(), block.offsets()[row], block.offsets()[row + 1]))
              .isEqualTo(lake.get(origin.file()).get((int) origin.row()).image());
          seen++;
        }
      }
    }
    assertThat(seen).isEqualTo(48);
  }

  @Test
  void aSetOfBeforeDoesNotSayAndADamagedFileIsNoSuchSet() throws IOException {
    Path file =
        Path.of(
            RowOrigins.beside(
                    new org.apache.hadoop.fs.Path(
                        set.root(), set.blocks(Split.VALIDATION).get(0).file()))
                .toUri()
                .getPath());
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 40));
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    assertThatThrownBy(() -> new RowOrigins(set, Split.VALIDATION).of(0, 0))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read file:" + file);
    Files.delete(file);
    assertThat(new RowOrigins(set, Split.VALIDATION).of(0, 0)).isEmpty();
  }
}
