// htslib: SAM, BAM, CRAM, VCF, FASTA, bgzf (Debian: libhts-dev). Its function-like and variadic calls get inline shims here.
#pragma once
#include <htslib/bgzf.h>
#include <htslib/faidx.h>
#include <htslib/hfile.h>
#include <htslib/hts.h>
#include <htslib/kstring.h>
#include <htslib/sam.h>
#include <htslib/tbx.h>
#include <htslib/vcf.h>
