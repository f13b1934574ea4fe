package dev.lading.builder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HereDocumentTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN <<EOF\necho\nEOF\n",
                "RUN cat <<-'end' >/x\n\techo\n\tend",
                "COPY <<\"a.txt\" /x\r\ntext\r\na.txt\r\n",
                "RUN true && \\\n    cat 3<<EOF\nEOF",
            })
    void here_documents(String containerfile) {
        assertThat(HereDocument.first("FROM scratch\n" + containerfile)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN echo $((1<<n))\nn\n",
                "RUN cat <<<word\nword\n",
                "RUN echo $((1 <<n ))\n",
                "# RUN cat <<EOF\nEOF\n",
                "EOF\nRUN cat <<EOF\n",
            })
    void what_only_looks_so(String containerfile) {
        assertThat(HereDocument.first("FROM scratch\n" + containerfile)).isEmpty();
    }

    @Test
    void the_first_line_is_shown_as_far_as_it_is_short() {
        String line = "RUN <<A " + "x".repeat(1000);

        assertThat(HereDocument.first(line + "\nA\nRUN <<B\nB\n")).hasValue(line.substring(0, 200));
    }
}
