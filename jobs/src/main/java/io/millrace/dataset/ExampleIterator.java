package io.millrace.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Walks through the rows of blocks, one block in memory at a time. */
final class ExampleIterator implements Iterator<Example> {
  private final Iterator<Block> blocks;
  private final BlockReader reader;
  private EncodedBlock block;
  private int row;

  ExampleIterator(Iterator<Block> blocks, BlockReader reader) {
    this.blocks = blocks;
    this.reader = reader;
  }

  @Override
  public boolean hasNext() {
    while ((block == null || row == block.rows()) && blocks.hasNext()) {
      try {
        block = reader.read(blocks.next());
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      row = 0;
    }
    return block != null && row < block.rows();
  }

  @Override
  public Example next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int i = row++;
    byte[] image = Arrays.copyOfRange(block.data(), block.offsets()[i], block.offsets()[i + 1]);
    return new Example(block.ids()[i], block.labels()[i], image);
  }
}
