package io.millrace.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * A Hadoop file system that is no local disk. {@code FileContext}, since its rename replaces a file
 * and never nests into a folder as {@code FileSystem.rename} does on HDFS.
 *
 * @param objects whether it is an object store
 */
record HadoopFiles(FileContext files, boolean objects) implements WholeFiles {
  @Override
  public InputStream open(Path file) throws IOException {
    return files.open(file);
  }

  @Override
  public long size(Path file) throws IOException {
    try {
      return files.getFileStatus(file).getLen();
    } catch (FileNotFoundException e) {
      return -1;
    }
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try {
      RemoteIterator<FileStatus> entries = files.listStatus(folder);
      while (entries.hasNext()) {
        names.add(entries.next().getPath().getName());
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    names.sort(null);
    return names;
  }

  @Override
  public void replace(Path file, Content content) throws IOException {
    replace(file, "", content, true);
  }

  @Override
  public void replace(Path file, String mark, Content content) throws IOException {
    replace(file, mark, content, true);
  }

  @Override
  public void refresh(Path file, String mark, Content content) throws IOException {
    replace(file, mark, content, false);
  }

  private void replace(Path file, String mark, Content content, boolean lasting)
      throws IOException {
    EnumSet<CreateFlag> over = EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE);
    if (objects) {
      write(file, content, over, lasting);
      return;
    }
    Path aside = WholeFiles.aside(file, mark);
    try {
      write(aside, content, over, lasting);
      files.rename(aside, file, Options.Rename.OVERWRITE);
    } catch (IOException | RuntimeException e) {
      deleteAfter(e, aside);
      throw e;
    }
  }

  @Override
  public boolean create(Path file, byte[] content) throws IOException {
    try {
      write(file, out -> out.write(content), EnumSet.of(CreateFlag.CREATE), true);
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.ipc.RemoteException e) {
      if (size(file) >= 0) {
        return false;
      }
      throw e;
    }
  }

  /** An object whose content failed must not appear: its stream is aborted, or left open. */
  private void write(Path file, Content content, EnumSet<CreateFlag> flags, boolean lasting)
      throws IOException {
    FSDataOutputStream out =
        files.create(
            file,
            flags,
            lasting ? Options.CreateOpts.createParent() : Options.CreateOpts.donotCreateParent());
    try {
      content.writeTo(unclosed(out));
      if (lasting && out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    } catch (IOException | RuntimeException e) {
      if (!objects) {
        closeAfter(e, out);
      } else if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
        closeAfter(e, out);
      }
      throw e;
    }
    out.close();
  }

  /** Content that closes its stream must not make half an object appear. */
  private static OutputStream unclosed(OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        out.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void flush() throws IOException {
        out.flush();
      }
    };
  }

  @Override
  public boolean locks() {
    return !objects;
  }

  @Override
  public void delete(Path file) throws IOException {
    try {
      files.delete(file, true);
    } catch (FileNotFoundException e) {
      // Gone already.
    }
  }

  private static void closeAfter(Exception failure, FSDataOutputStream out) {
    try {
      out.close();
    } catch (IOException left) {
      failure.addSuppressed(left);
    }
  }

  private void deleteAfter(Exception failure, Path file) {
    try {
      files.delete(file, false);
    } catch (IOException | RuntimeException left) {
      failure.addSuppressed(left);
    }
  }
}
