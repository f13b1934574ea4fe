package dev.lading.server.idle;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Memory beside the heap: what was freed, and files that are mapped and only read, which are half of the AOT cache and
 * the JVM's library. The start reads most of these, and little is read after that.
 */
final class NativeMemory {
    private static final Logger LOG = Logger.getLogger(NativeMemory.class);

    /** See proc(5). */
    private static final Path MAPPINGS = Path.of("/proc/self/maps");

    private static final Pattern ONLY_READ =
            Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,16}) r-\\S+ \\S+ \\S+ [1-9][0-9]* .*");

    /** Takes no content away, unlike MADV_DONTNEED; Linux has it since 5.4. */
    private static final int MADV_PAGEOUT = 21;

    private NativeMemory() {}

    /**
     * Gives it back. What is needed again of a file is read from there, a few pages at a time; the system does so for
     * files that are this user's, and leaves pages that other processes have mapped, too.
     */
    @SuppressWarnings("restricted") // The manifest lets this program call native functions.
    static void giveBack() {
        if (!Files.isReadable(MAPPINGS)) {
            // Not Linux.
            return;
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        try {
            Optional<MemorySegment> trim = library.find("malloc_trim");
            // musl has none. What either answers changes nothing.
            if (trim.isPresent()) {
                int _ = (int) linker.downcallHandle(trim.get(), FunctionDescriptor.of(JAVA_INT, JAVA_LONG))
                        .invokeExact(0L);
            }
            MethodHandle madvise = linker.downcallHandle(
                    library.findOrThrow("madvise"), FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
            for (Range range : onlyRead()) {
                int _ = (int) madvise.invokeExact(range.start(), range.bytes(), MADV_PAGEOUT);
            }
            LOG.debug("gave memory back");
        } catch (Throwable e) {
            LOG.debugf(e, "memory that nobody uses stays resident");
        }
    }

    private static List<Range> onlyRead() throws IOException {
        try (Stream<String> lines = Files.lines(MAPPINGS)) {
            return lines.map(NativeMemory::onlyRead).flatMap(Optional::stream).toList();
        }
    }

    /** @return empty for memory that may be written to, or is of no file */
    static Optional<Range> onlyRead(String line) {
        Matcher mapping = ONLY_READ.matcher(line);
        return mapping.matches() ? Optional.of(Range.between(mapping.group(1), mapping.group(2))) : Optional.empty();
    }

    /** @param start address of its first byte */
    record Range(long start, long bytes) {
        static Range between(String start, String end) {
            long from = Long.parseUnsignedLong(start, 16);
            return new Range(from, Long.parseUnsignedLong(end, 16) - from);
        }
    }
}
