package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.DataFile;
import io.millrace.dataset.DatasetManifest.Images;
import io.millrace.dataset.DatasetManifest.SplitFiles;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.Split;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Puts the manifest of a new set together. */
final class Manifests {
  private Manifests() {}

  static DatasetManifest of(
      ClassOrder classes, Tally tally, List<WrittenFile> written, DatasetManifest.Origin origin) {
    Map<Split, SplitFiles> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      if (tally.rows(split) > 0) {
        splits.put(split, files(split, tally, written));
      }
    }
    int channels = tally.channels();
    var images =
        new Images(
            tally.height(),
            tally.width(),
            channels,
            tally.train().mean(channels),
            tally.train().deviation(channels));
    return new DatasetManifest(
        DatasetManifest.FORMAT_VERSION,
        contents(classes.names(), images, splits),
        classes.names(),
        splits,
        images,
        origin);
  }

  /** Folders below the root that a set's manifest names. */
  static Set<String> folders(DatasetManifest manifest) {
    Set<String> folders = new HashSet<>();
    folders.add(String.valueOf(manifest.origin().quarantine()));
    manifest
        .splits()
        .values()
        .forEach(split -> split.files().forEach(file -> folders.add(file.path().split("/")[0])));
    return folders;
  }

  private static SplitFiles files(Split split, Tally tally, List<WrittenFile> written) {
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

  private static String contents(
      List<String> classes, Images images, Map<Split, SplitFiles> splits) {
    Map<Split, List<String>> checksums = new EnumMap<>(Split.class);
    splits.forEach(
        (split, files) ->
            checksums.put(split, files.files().stream().map(DataFile::sha256).toList()));
    return Fingerprints.of(List.of(DatasetManifest.FORMAT_VERSION, classes, images, checksums));
  }

  private static String name(DataFile file) {
    return file.path().substring(file.path().indexOf('/') + 1);
  }
}
