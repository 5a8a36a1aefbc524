package io.millrace.evaluate;

import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Blocks of square images of colour noise, made anew wherever they are read. */
record NoiseBlocks(int side, int classes) implements BlockReader, Serializable {
  @Override
  public EncodedBlock read(Block block) throws IOException {
    int rows = block.rows();
    int[] offsets = new int[rows + 1];
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int row = 0; row < rows; row++) {
      ImageIO.write(image(block.rowGroup(), row), "png", data);
      offsets[row + 1] = data.size();
    }
    int from = 100 * block.rowGroup();
    return new EncodedBlock(
        IntStream.range(from, from + rows).asLongStream().toArray(),
        IntStream.range(from, from + rows).map(id -> id % classes).toArray(),
        offsets,
        data.toByteArray());
  }

  BufferedImage image(int block, int row) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1000L * block + row);
    for (int i = 0; i < side * side; i++) {
      image.setRGB(i % side, i / side, random.nextInt(1 << 24));
    }
    return image;
  }
}
