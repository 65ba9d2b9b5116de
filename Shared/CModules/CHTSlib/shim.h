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

// Whether a BGZF file ended without its end-of-file block (bit-fields and unions read the same from every language).
static inline int bgzf_lacks_end(const BGZF *file) { return file->is_compressed && !file->is_gzip && file->no_eof_block; }

// The byte stream under an alignment file, to see how far it has been read.
static inline hFILE *hts_stream(htsFile *file) {
    if (file->is_cram) return cram_fd_get_fp(file->fp.cram);
    return file->is_bgzf ? file->fp.bgzf->fp : file->fp.hfile;
}
