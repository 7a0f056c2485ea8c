"""Judgement of one record by itself: one judge, and a stencil for the rows it need not see."""
