import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Makes what Quarkus packaged start sooner: picocli's classes are brought to a version that the JVM keeps in its AOT
 * cache, and SQLite's library lies beside the jars, where its driver finds it without copying it to a temporary file
 * at each start. The bill of materials names picocli as it came. Run by Maven as
 * {@code java -cp <app>/lib/main/* PrepareToStart.java <app>}.
 */
final class PrepareToStart {
    /** Classes of Java 5 are loaded, verified and linked at each start: the cache takes none without stack maps. */
    private static final int FIRST_WITH_STACK_MAPS = 50;

    private static final int JAVA_8 = 52;

    private PrepareToStart() {}

    public static void main(String[] args) throws IOException {
        Path app = Path.of(args[0]);
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(app.resolve("lib/main"), "info.picocli.picocli-*.jar")) {
            // One, or this has nothing to do with what is packaged any more.
            Path jar = jars.iterator().next();
            Path draft = jar.resolveSibling(jar.getFileName() + ".new");
            Files.write(draft, withStackMaps(Files.readAllBytes(jar)));
            Files.move(draft, jar, StandardCopyOption.REPLACE_EXISTING);
        }
        String folder = LibraryLoaderUtil.getNativeLibResourcePath();
        String name = LibraryLoaderUtil.getNativeLibName();
        try (InputStream library = LibraryLoaderUtil.class.getResourceAsStream(folder + "/" + name)) {
            // Elsewhere the driver has a library in its jar, or none.
            if (library != null) {
                Path target = app.resolve("native" + folder).resolve(name);
                Files.createDirectories(target.getParent());
                Files.copy(library, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static byte[] withStackMaps(byte[] jar) throws IOException {
        Map<ZipEntry, byte[]> entries = new LinkedHashMap<>();
        Map<String, byte[]> classes = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readAllBytes();
                entries.put(entry, content);
                classes.put(entry.getName(), content);
            }
        }
        ClassFile files =
                ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(hierarchy(classes)));
        ByteArrayOutputStream out = new ByteArrayOutputStream(jar.length * 2);
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<ZipEntry, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey().getName());
                entry.setTimeLocal(each.getKey().getTimeLocal());
                zip.putNextEntry(entry);
                boolean isClass = entry.getName().endsWith(".class");
                zip.write(isClass ? withStackMaps(files, each.getValue()) : each.getValue());
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] withStackMaps(ClassFile files, byte[] bytes) {
        ClassModel model = files.parse(bytes);
        if (model.majorVersion() >= FIRST_WITH_STACK_MAPS) {
            return bytes;
        }
        byte[] written = files.transformClass(
                model,
                ClassTransform.endHandler(builder -> builder.withVersion(JAVA_8, 0))
                        .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
        List<VerifyError> errors = files.verify(written);
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
        return written;
    }

    /** The jar's own classes, and the JDK's. */
    private static ClassHierarchyResolver hierarchy(Map<String, byte[]> classes) {
        return ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> {
                    String descriptor = type.descriptorString();
                    byte[] content = classes.get(descriptor.substring(1, descriptor.length() - 1) + ".class");
                    return content == null ? null : new ByteArrayInputStream(content);
                })
                .orElse(ClassHierarchyResolver.defaultResolver());
    }
}
