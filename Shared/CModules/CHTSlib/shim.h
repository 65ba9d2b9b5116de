// htslib: SAM, BAM, CRAM, VCF, FASTA, bgzf (Debian: libhts-dev). Its function-like and variadic calls get inline shims here.
#pragma once
#include <htslib/bgzf.h>
#include <htslib/cram.h>
#include <htslib/faidx.h>
#include <htslib/hfile.h>
#include <htslib/hts.h>
#include <htslib/hts_log.h>
#include <htslib/kstring.h>
#include <htslib/sam.h>
#include <htslib/tbx.h>
#include <htslib/vcf.h>
#include <zlib.h>

// A readable file over bytes in memory; it takes ownership of `bytes`, which must come from malloc.
static inline hFILE *hts_open_memory(void *bytes, size_t count) { return hopen("mem:", "rb:", bytes, count); }

// The bytes of a plain gzip file that bgzf_read_block inflated before it failed; it keeps them but does not count them.
static inline size_t bgzf_salvaged(const BGZF *file) {
    if (!file->is_gzip || !file->gz_stream || !file->gz_stream->next_out) return 0;
    return (size_t)((const char *)file->gz_stream->next_out - (const char *)file->uncompressed_block);
}

// Whether nothing but zeros follows a gzip file's last member, with which some media pad it and which gzip ignores; asked
// when bgzf_read_block failed, and reads to the end.
static inline int bgzf_rest_is_zeros(BGZF *file) {
    const z_stream *stream = file->is_gzip ? file->gz_stream : NULL;
    if (!stream || !stream->next_in || stream->total_out != 0 || stream->total_in > 2) return 0;
    const unsigned char *end = stream->next_in + stream->avail_in, *at = stream->next_in;
    for (uLong taken = stream->total_in; taken > 0 && at > (const unsigned char *)file->compressed_block; taken--) at--;
    for (; at < end; at++) {
        if (*at) return 0;
    }
    unsigned char rest[4096];
    ssize_t count;
    while ((count = hread(file->fp, rest, sizeof rest)) > 0) {
        for (ssize_t index = 0; index < count; index++) {
            if (rest[index]) return 0;
        }
    }
    return count == 0;
}

// Whether a BGZF file ended without its end-of-file block (bit-fields and unions read the same from every language).
static inline int bgzf_lacks_end(const BGZF *file) { return file->is_compressed && !file->is_gzip && file->no_eof_block; }

// Makes a CRAM file give its records without what needs a reference: bases, CIGAR and the template's length.
static inline int cram_leave_out_bases(htsFile *file) {
    return hts_set_opt(file, CRAM_OPT_REQUIRED_FIELDS, 0x7fffffff & ~(SAM_SEQ | SAM_QUAL | SAM_CIGAR | SAM_TLEN));
}

// The byte stream under an alignment file, to see how far it has been read.
static inline hFILE *hts_stream(htsFile *file) {
    if (file->is_cram) return cram_fd_get_fp(file->fp.cram);
    return file->is_bgzf ? file->fp.bgzf->fp : file->fp.hfile;
}
