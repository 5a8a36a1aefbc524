package io.millrace.predict;

import io.millrace.predict.Chunk.Piece;
import io.millrace.source.BadSourceException;
import io.millrace.source.RowIterator;
import io.millrace.source.Source;
import io.millrace.source.SourceRow;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The rows of a chunk. Runs on executors. */
final class ChunkRows implements Iterator<SourceRow>, Closeable {
  private final Source source;
  private final Iterator<Piece> pieces;
  private Piece piece;
  private RowIterator open;
  private SourceRow ahead;

  ChunkRows(Source source, Chunk chunk) {
    this.source = source;
    this.pieces = chunk.pieces().iterator();
  }

  @Override
  public boolean hasNext() {
    try {
      while (ahead == null && (open != null || pieces.hasNext())) {
        if (open == null) {
          open();
        }
        ahead = take();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    return ahead != null;
  }

  @Override
  public SourceRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    SourceRow next = ahead;
    ahead = null;
    return next;
  }

  private void open() throws IOException {
    piece = pieces.next();
    try {
      open = source.read(piece.slice());
      open.skipTo(piece.from());
    } catch (FileNotFoundException e) {
      throw new BadSourceException(
          "Cannot read %s: it is gone since predict began (begin again with --overwrite)"
              .formatted(piece.slice().file()),
          e);
    }
  }

  /** The next row of the piece; null at its end, which closes it. */
  private SourceRow take() throws IOException {
    while (open.hasNext()) {
      SourceRow row = open.next();
      if (row.row() >= piece.to()) {
        break;
      }
      if (row.row() >= piece.from()) {
        return row;
      }
    }
    close();
    return null;
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      RowIterator last = open;
      open = null;
      last.close();
    }
  }
}
