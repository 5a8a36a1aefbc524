package io.millrace.epoch;

import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import io.millrace.image.HorizontalFlip;
import io.millrace.image.ImageEncoder;
import io.millrace.image.PixelBuffer;
import io.millrace.image.RandomCrop;
import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.MixingTimes;
import io.millrace.minibatch.Mixup;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Blocks of small grey images: pixel {@code i} of image {@code id} is {@code id + 13 i mod 251}.
 */
record MemoryBlocks(String name, int[] rows, int side) implements BlockReader, Serializable {
  static final ConcurrentHashMap<String, AtomicInteger> READS = new ConcurrentHashMap<>();

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      blocks.add(new Block("part-0.parquet", i, rows[i], 1000L * rows[i]));
    }
    return blocks;
  }

  int size() {
    return Arrays.stream(rows).sum();
  }

  int reads() {
    return READS.computeIfAbsent(name, n -> new AtomicInteger()).get();
  }

  @Override
  public EncodedBlock read(Block block) {
    READS.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
    int first = Arrays.stream(rows, 0, block.rowGroup()).sum();
    long[] ids = new long[block.rows()];
    int[] labels = new int[block.rows()];
    int[] offsets = new int[block.rows() + 1];
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int i = 0; i < block.rows(); i++) {
      ids[i] = (long) first + i;
      labels[i] = (first + i) % 10;
      data.writeBytes(image(first + i));
      offsets[i + 1] = data.size();
    }
    return new EncodedBlock(ids, labels, offsets, data.toByteArray());
  }

  private byte[] image(int id) {
    PixelBuffer pixels = new PixelBuffer().reshape(side, side, 1);
    for (int i = 0; i < side * side; i++) {
      pixels.data()[i] = (byte) ((id + 13 * i) % 251);
    }
    return ImageEncoder.png(pixels);
  }

  /** An epoch's rounds of so many updates. */
  RoundCut cut(int workers, int batch, int every) {
    return RoundCut.fixed(every, new EpochShape(size(), workers, batch).updates());
  }

  /** A feed of these blocks; augmented where targets are smoothed or mixed. */
  FeedSpec spec(int workers, int batch, double smoothing, double mixup) {
    boolean plain = smoothing == 0 && mixup == 0;
    FeedSpec.Images images =
        new FeedSpec.Images(
            4,
            4,
            1,
            plain ? List.of() : List.of(new RandomCrop(4, 4, 1), new HorizontalFlip(0.5)),
            new float[] {0},
            new float[] {1},
            10,
            new LabelSmoothing(smoothing),
            mixup == 0 ? MixingTimes.NEVER : new MixingTimes(new Mixup(mixup), 1, 3));
    return new FeedSpec(
        name, 7, 3, new EpochShape(size(), workers, batch), 4, blocks(), this, images);
  }
}
