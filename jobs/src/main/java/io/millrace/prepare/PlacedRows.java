package io.millrace.prepare;

import io.millrace.dataset.RowOrigin;
import io.millrace.source.SourceRow;
import java.util.Iterator;
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
    SourceRow row = row(placed._1().index());
    if (row.image() == null || ContentHash.of(row.image()).a() != placed._2().content()) {
      throw changed("row %d of %s is another now".formatted(row.row(), row.file()));
    }
    RowOrigin origin = new RowOrigin(row.file(), row.row());
    return new Tuple2<>(
        placed._2().key(), new StoredRow(placed._2().label(), work.stored(row), origin));
  }

  private SourceRow row(int wanted) {
    while (rows.hasNext()) {
      SourceRow row = rows.next();
      if (++index == wanted) {
        return row;
      }
    }
    throw changed("a row is gone");
  }

  private static IllegalStateException changed(String what) {
    return new IllegalStateException(
        "Cannot read the source again: %s (files must not change while prepare reads them; run it again)"
            .formatted(what));
  }
}
