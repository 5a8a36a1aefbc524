package io.millrace.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * A local disk, past Hadoop's file system for it: that one deletes before it renames, says "not
 * found" of what it may not read, turns a full disk into an {@code Error}, and leaves a {@code
 * .crc} beside every file. One that an earlier writer left goes with the file that it belonged to.
 */
final class LocalFiles implements WholeFiles {
  private static final int BUFFER = 1 << 16;

  /** What the system says of a path below a file. */
  private static final String NOT_A_FOLDER = "Not a directory";

  @Override
  public InputStream open(Path file) throws IOException {
    return said(
        () -> {
          if (Files.isDirectory(local(file))) { // whose stream can be opened and not read
            throw new WrongInputException(local(file) + ": a folder is there (must be a file)");
          }
          return Files.newInputStream(local(file));
        });
  }

  @Override
  public long size(Path file) throws IOException {
    try {
      return said(() -> Files.size(local(file)));
    } catch (FileNotFoundException e) {
      return -1;
    }
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    try {
      return said(
          () -> {
            try (Stream<java.nio.file.Path> children = Files.list(local(folder))) {
              return children.map(child -> child.getFileName().toString()).sorted().toList();
            }
          });
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public void replace(Path file, Content content) throws IOException {
    replace(file, "", content);
  }

  @Override
  public void replace(Path file, String mark, Content content) throws IOException {
    said(
        () -> {
          makeFolder(local(file).getParent());
          replace(local(file), local(WholeFiles.aside(file, mark)), content, true);
          force(local(file).getParent());
          return null;
        });
  }

  @Override
  public void refresh(Path file, String mark, Content content) throws IOException {
    said(
        () -> {
          replace(local(file), local(WholeFiles.aside(file, mark)), content, false);
          return null;
        });
  }

  private static void replace(
      java.nio.file.Path file, java.nio.file.Path aside, Content content, boolean lasting)
      throws IOException {
    try {
      write(aside, content, lasting);
      Files.deleteIfExists(checksum(file)); // it would say that the new file is damaged
      Files.move(aside, file, ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      deleteAfter(e, aside);
      throw e;
    }
  }

  private static void write(java.nio.file.Path file, Content content, boolean lasting)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
      content.writeTo(out);
      out.flush();
      if (lasting) {
        channel.force(true);
      }
    }
  }

  @Override
  public boolean create(Path file, byte[] content) throws IOException {
    return said(
        () -> {
          java.nio.file.Path target = local(file);
          makeFolder(target.getParent());
          try (FileChannel channel = FileChannel.open(target, CREATE_NEW, WRITE)) {
            Channels.newOutputStream(channel).write(content);
            return true;
          } catch (FileAlreadyExistsException e) {
            return false;
          } catch (IOException | RuntimeException e) {
            deleteAfter(e, target);
            throw e;
          }
        });
  }

  @Override
  public boolean locks() {
    return true;
  }

  @Override
  public void delete(Path file) throws IOException {
    java.nio.file.Path target = local(file);
    try {
      said(() -> Files.walkFileTree(target, new Deletion()));
    } catch (FileNotFoundException e) {
      // Gone already.
    }
    Files.deleteIfExists(checksum(target));
  }

  private static final class Deletion extends SimpleFileVisitor<java.nio.file.Path> {
    @Override
    public FileVisitResult visitFile(java.nio.file.Path file, BasicFileAttributes attributes)
        throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(java.nio.file.Path folder, IOException e)
        throws IOException {
      if (e != null) {
        throw e;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }

  private static void makeFolder(java.nio.file.Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // JDK 17 takes no link to a folder for a folder
      Files.createDirectories(folder);
    }
  }

  /** The name is on the disk when its folder is; not every file system lets a folder be opened. */
  private static void force(java.nio.file.Path folder) {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    } catch (IOException e) {
      // As lasting as it gets here.
    }
  }

  private static void deleteAfter(Exception failure, java.nio.file.Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException left) {
      failure.addSuppressed(left);
    }
  }

  private static java.nio.file.Path local(Path file) {
    return java.nio.file.Path.of(file.toUri().getPath());
  }

  private static java.nio.file.Path checksum(java.nio.file.Path file) {
    return file.resolveSibling("." + file.getFileName() + ".crc");
  }

  /** What a link that leads nowhere stands for is not missing: it cannot be reached from here. */
  private static void requireNoLooseLink(FileSystemException missing) throws IOException {
    java.nio.file.Path named = java.nio.file.Path.of(missing.getFile());
    for (java.nio.file.Path each = named; each != null; each = each.getParent()) {
      if (Files.isSymbolicLink(each) && Files.notExists(each)) {
        throw new IOException(
            "%s: a link to %s, which is not there".formatted(each, Files.readSymbolicLink(each)),
            missing);
      }
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  /** The messages of java.nio hold the file's name and often nothing else. */
  private static <T> T said(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (NoSuchFileException e) {
      requireNoLooseLink(e);
      FileNotFoundException missing = new FileNotFoundException(e.getFile() + " does not exist");
      missing.initCause(e);
      throw missing;
    } catch (AccessDeniedException e) {
      throw new IOException(e.getFile() + ": permission denied", e);
    } catch (FileAlreadyExistsException e) {
      requireNoLooseLink(e);
      throw new IOException(e.getFile() + ": a file is in the way", e);
    } catch (NotDirectoryException e) {
      throw new WrongInputException(e.getFile() + ": a file is there (must be a folder)", e);
    } catch (FileSystemException e) {
      if (NOT_A_FOLDER.equals(e.getReason())) {
        throw new WrongInputException(
            e.getFile() + ": a file is in the way, where a folder must be", e);
      }
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw new IOException(e.getFile() + ": " + reason, e);
    }
  }
}
