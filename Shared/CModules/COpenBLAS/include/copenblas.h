// OpenBLAS with its LAPACK (Debian: libopenblas0), loaded by the first call.
//
// Linked, it would be loaded by every command, and the threads that it then starts, of which none is used here, spin for tens of milliseconds
// before they sleep: as much as many a command takes. Only what is called is declared, with the lengths of Fortran's texts behind the arguments as
// gfortran wants them. Where the library is missing, the first call says so and ends the process.
#pragma once
#include <stddef.h>

enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112 };
enum CBLAS_UPLO { CblasUpper = 121, CblasLower = 122 };

void openblas_set_num_threads(int threads);

double cblas_ddot(int n, const double *x, int step_x, const double *y, int step_y);
void cblas_daxpy(int n, double alpha, const double *x, int step_x, double *y, int step_y);
void cblas_dscal(int n, double alpha, double *x, int step);
void cblas_dger(enum CBLAS_ORDER order, int m, int n, double alpha, const double *x, int step_x, const double *y, int step_y, double *a, int lda);
void cblas_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b, int m, int n, int k, double alpha,
                 const double *a, int lda, const double *b, int ldb, double beta, double *c, int ldc);
void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans_a, enum CBLAS_TRANSPOSE trans_b, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
void cblas_dsyrk(enum CBLAS_ORDER order, enum CBLAS_UPLO uplo, enum CBLAS_TRANSPOSE trans, int n, int k, double alpha, const double *a, int lda,
                 double beta, double *c, int ldc);

void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b, const int *ldb, int *info, size_t);
void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n, double *a, const int *lda, const double *vl,
             const double *vu, const int *il, const int *iu, const double *abstol, int *m, double *w, double *z, const int *ldz, int *isuppz,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t, size_t, size_t);
void dgelsd_(const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b, const int *ldb, double *s,
             const double *rcond, int *rank, double *work, const int *lwork, int *iwork, int *info);
void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work, const int *lwork, int *info);
void dorgqr_(const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau, double *work, const int *lwork, int *info);
void dlarnv_(const int *idist, int *iseed, const int *n, double *x);
