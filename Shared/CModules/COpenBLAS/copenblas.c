#include "copenblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void give_up(void) {
    fprintf(stderr, "helicase: OpenBLAS cannot be used: %s; install Debian's libopenblas0\n", dlerror());
    abort();
}

static void load(void) {
    library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) give_up();
}

static void *symbol(const char *name) {
    pthread_once(&once, load);
    void *found = dlsym(library, name);
    if (found == NULL) give_up();
    return found;
}

// The function of the library by this name, looked up once; two threads that look at the same time find the same.
#define CALL(name, ...)                                                          \
    static _Atomic(void *) known;                                                \
    void *found = known;                                                         \
    if (found == NULL) known = found = symbol(#name);                            \
    return ((__typeof__(&name))found)(__VA_ARGS__)

void openblas_set_num_threads(int threads) { CALL(openblas_set_num_threads, threads); }

double cblas_ddot(int n, const double *x, int step_x, const double *y, int step_y) { CALL(cblas_ddot, n, x, step_x, y, step_y); }

void cblas_daxpy(int n, double alpha, const double *x, int step_x, double *y, int step_y) { CALL(cblas_daxpy, n, alpha, x, step_x, y, step_y); }

void cblas_dscal(int n, double alpha, double *x, int step) { CALL(cblas_dscal, n, alpha, x, step); }

void cblas_dger(enum CBLAS_ORDER order, int m, int n, double alpha, const double *x, int step_x, const double *y, int step_y, double *a, int lda) {
    CALL(cblas_dger, order, m, n, alpha, x, step_x, y, step_y, a, lda);
}

void cblas_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b, int m, int n, int k, double alpha,
                 const double *a, int lda, const double *b, int ldb, double beta, double *c, int ldc) {
    CALL(cblas_dgemm, order, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc) {
    CALL(cblas_sgemm, order, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void cblas_dsyrk(enum CBLAS_ORDER order, enum CBLAS_UPLO uplo, enum CBLAS_TRANSPOSE trans, int n, int k, double alpha, const double *a, int lda,
                 double beta, double *c, int ldc) {
    CALL(cblas_dsyrk, order, uplo, trans, n, k, alpha, a, lda, beta, c, ldc);
}

void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t length) { CALL(dpotrf_, uplo, n, a, lda, info, length); }

void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b, const int *ldb, int *info, size_t length) {
    CALL(dpotrs_, uplo, n, nrhs, a, lda, b, ldb, info, length);
}

void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n, double *a, const int *lda, const double *vl,
             const double *vu, const int *il, const int *iu, const double *abstol, int *m, double *w, double *z, const int *ldz, int *isuppz,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t length1, size_t length2, size_t length3) {
    CALL(dsyevr_, jobz, range, uplo, n, a, lda, vl, vu, il, iu, abstol, m, w, z, ldz, isuppz, work, lwork, iwork, liwork, info, length1, length2,
         length3);
}

void dgelsd_(const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b, const int *ldb, double *s,
             const double *rcond, int *rank, double *work, const int *lwork, int *iwork, int *info) {
    CALL(dgelsd_, m, n, nrhs, a, lda, b, ldb, s, rcond, rank, work, lwork, iwork, info);
}

void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work, const int *lwork, int *info) {
    CALL(dgeqrf_, m, n, a, lda, tau, work, lwork, info);
}

void dorgqr_(const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau, double *work, const int *lwork, int *info) {
    CALL(dorgqr_, m, n, k, a, lda, tau, work, lwork, info);
}

void dlarnv_(const int *idist, int *iseed, const int *n, double *x) { CALL(dlarnv_, idist, iseed, n, x); }
