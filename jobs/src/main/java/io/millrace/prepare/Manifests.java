package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.DataFile;
import io.millrace.dataset.DatasetManifest.SplitFiles;
import io.millrace.dataset.DatasetManifest.StoredImages;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.ImageSizes;
import io.millrace.dataset.Split;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts the manifest of a new set together. */
final class Manifests {
  private Manifests() {}

  static DatasetManifest of(
      ClassOrder classes,
      VerdictTally tally,
      List<WrittenFile> written,
      DatasetManifest.Origin origin) {
    Map<Split, SplitFiles> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      if (tally.rows(split) > 0) {
        splits.put(split, files(split, tally, written));
      }
    }
    int channels = tally.channels();
    ImageSizes sizes = tally.sizes();
    ChannelSums statistics = tally.statistics();
    var images =
        new StoredImages(
            common(sizes.lowest().height(), sizes.highest().height()),
            common(sizes.narrowest().width(), sizes.widest().width()),
            channels,
            statistics.mean(channels),
            statistics.deviation(channels),
            sizes);
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        contents(classes.names(), images, splits),
        classes.names(),
        splits,
        images,
        origin);
  }

  private static SplitFiles files(Split split, VerdictTally tally, List<WrittenFile> written) {
    String prefix = split.name().toLowerCase(Locale.ROOT) + "-";
    IdSum ids = new IdSum();
    List<WrittenFile> own =
        written.stream().filter(file -> name(file.file()).startsWith(prefix)).toList();
    own.forEach(file -> ids.add(new IdSum(file.idSumHigh(), file.idSumLow())));
    return new SplitFiles(
        tally.rows(split),
        tally.byClass(split),
        ids.toString(),
        own.stream().map(WrittenFile::file).toList());
  }

  static String contents(List<String> classes, StoredImages images, Map<Split, SplitFiles> splits) {
    Map<Split, List<Object>> rows = new EnumMap<>(Split.class);
    splits.forEach(
        (split, files) ->
            rows.put(
                split, files.files().stream().map(Manifests::rows).collect(Collectors.toList())));
    return SetFingerprint.of(List.of(DatasetManifest.FORMAT_VERSION, classes, images, rows));
  }

  /** The checksum of a file's rows, and how they are cut into blocks. */
  private static Object rows(DataFile file) {
    return List.of(
        file.rowsSha256(), file.blocks().stream().map(DatasetManifest.RowGroup::rows).toList());
  }

  static int common(int least, int most) {
    return least == most ? least : 0;
  }

  private static String name(DataFile file) {
    return file.path().substring(file.path().indexOf('/') + 1);
  }
}
