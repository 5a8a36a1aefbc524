package io.millrace.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.predict.Chunk.Size;
import io.millrace.source.Slice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkTest {
  private static final List<Slice> SLICES =
      List.of(
          new Slice("a", 0, 0, 10, 100),
          new Slice("a", 1, 10, 1, 100),
          new Slice("b", 0, 0, 3, 100),
          new Slice("c", 0, 0, 3, 1000),
          new Slice("d", 0, 0, 1, 1));

  private static List<String> rows(List<Chunk> chunks) {
    List<String> rows = new ArrayList<>();
    for (Chunk chunk : chunks) {
      for (Chunk.Piece piece : chunk.pieces()) {
        for (long row = piece.from(); row < piece.to(); row++) {
          rows.add(piece.slice().file() + row);
        }
      }
    }
    return rows;
  }

  @Test
  void chunksHaveEveryRowOnceWhateverTheirSize() {
    List<String> all = rows(Chunk.of(SLICES, new Size(1000, 1 << 20)));
    assertThat(all).hasSize(18).doesNotHaveDuplicates();
    for (int rows = 1; rows <= 20; rows++) {
      List<Chunk> chunks = Chunk.of(SLICES, new Size(rows, 1000));
      assertThat(rows(chunks)).isEqualTo(all);
      assertThat(chunks).extracting(Chunk::rows).allSatisfy(each -> assertThat(each).isPositive());
      long most = chunks.stream().mapToLong(Chunk::rows).max().orElseThrow();
      assertThat(most).isLessThanOrEqualTo(rows);
    }
    assertThat(Chunk.of(List.of(), new Size(1, 1))).isEmpty();
  }

  @Test
  void aChunkEndsWhereItsBytesAreEnough() {
    assertThat(Chunk.of(SLICES, new Size(100, 300)))
        .extracting(Chunk::rows)
        .containsExactly(14L, 3L, 1L);
  }

  @Test
  void theNameOfAFileIsMadeOfWhatItsChunkReads() {
    List<Chunk> chunks = Chunk.of(SLICES, new Size(4, 1000));
    assertThat(chunks).extracting(Chunk::file).doesNotHaveDuplicates();
    assertThat(chunks.get(0).file()).matches("part-00000-[0-9a-f]{16}\\.parquet");
    assertThat(Chunk.of(SLICES, new Size(4, 1000)))
        .extracting(Chunk::file)
        .isEqualTo(chunks.stream().map(Chunk::file).toList());
    Slice other = new Slice("a", 0, 0, 10, 7); // its length is the manifest's matter
    Chunk same = Chunk.of(List.of(other), new Size(4, 1000)).get(0);
    assertThat(same.file()).isEqualTo(chunks.get(0).file());
  }

  @Test
  void fewImagesAreSharedAmongAllSlotsAndManyAreNotCutFine() {
    Slice few = new Slice("a", 0, 0, 10_000, 1 << 20);
    assertThat(Chunk.of(List.of(few), Size.of(List.of(few), 2, 1))).hasSize(8);
    Slice many = new Slice("a", 0, 0, 10_000_000, 1L << 40);
    assertThat(Size.of(List.of(many), 2, 256)).isEqualTo(new Size(16_384, 128 << 20));
    Slice tiny = new Slice("a", 0, 0, 10, 100);
    assertThat(Chunk.of(List.of(tiny), Size.of(List.of(tiny), 8, 256))).hasSize(1);
  }

  @Test
  void allPassesButTheLastOfASliceAreWhole() {
    Slice images = new Slice("a", 0, 100, 10_000, 1 << 20);
    List<Chunk> chunks = Chunk.of(List.of(images), Size.of(List.of(images), 2, 256));
    assertThat(chunks).extracting(Chunk::rows).startsWith(1280L, 1280L).endsWith(1280L, 1040L);
    assertThat(chunks).hasSize(8);
  }
}
