package io.millrace.prepare;

import io.millrace.config.DatasetConfig;
import io.millrace.source.SourceRow;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/** Joins a source partition, read again, with the placements of its rows, both in order. */
final class PlacedRows implements Iterator<Tuple2<RowKey, StoredRow>> {
  private final Iterator<SourceRow> rows;
  private final Iterator<Tuple2<SourcePlace, Placement>> placements;
  private final ImageWork work;
  private int index = -1;

  PlacedRows(
      Iterator<SourceRow> rows,
      Iterator<Tuple2<SourcePlace, Placement>> placements,
      DatasetConfig config) {
    this.rows = rows;
    this.placements = placements;
    this.work = new ImageWork(config);
    TaskEnd.then(work::close);
  }

  @Override
  public boolean hasNext() {
    return placements.hasNext();
  }

  @Override
  public Tuple2<RowKey, StoredRow> next() {
    var placed = placements.next();
    byte[] image = work.stored(row(placed._1().index()));
    return new Tuple2<>(placed._2().key(), new StoredRow(placed._2().label(), image));
  }

  private SourceRow row(int wanted) {
    while (rows.hasNext()) {
      SourceRow row = rows.next();
      if (++index == wanted) {
        return row;
      }
    }
    throw new NoSuchElementException(
        "Cannot read the source again: a row is gone (did a file change meanwhile?)");
  }
}
